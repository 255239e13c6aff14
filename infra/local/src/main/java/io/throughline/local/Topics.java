package io.throughline.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** The topics of one cluster. Creates what is missing and never changes what is there. Not thread-safe. */
public final class Topics implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 8_000;

    private final Admin admin;
    private final String bootstrapServers;
    private final String prefix;

    private Topics(Admin admin, String bootstrapServers, String prefix) {
        this.admin = admin;
        this.bootstrapServers = bootstrapServers;
        this.prefix = prefix;
    }

    /**
     * Creates those topics of {@code infra/topics.yaml} that are missing.
     *
     * @param home whose file says what they are like
     * @param kafka properties of the client, bootstrap servers included
     * @param prefix what their names begin with
     * @throws RuntimeException with one line that says what to do, when the brokers do not answer or refuse
     */
    public static void createAll(Home home, Map<String, Object> kafka, String prefix) throws InterruptedException {
        try (var topics = at(kafka, prefix)) {
            topics.ensure(TopicSpec.read(home.topicsFile()), topics.brokers());
        }
    }

    /** Topics at these brokers, whose names begin with {@code prefix}. */
    static Topics at(Map<String, Object> kafka, String prefix) {
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.putIfAbsent(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        properties.putIfAbsent(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS / 2);
        String servers = String.valueOf(properties.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
        try {
            return new Topics(Admin.create(properties), servers, prefix);
        } catch (KafkaException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new CommandFailure("no Kafka client for " + servers + ": " + reason.getMessage(), e);
        }
    }

    /** How many brokers there are, or throws {@link CommandFailure} when none answers within eight seconds. */
    int brokers() throws InterruptedException {
        return await(admin.describeCluster().nodes()).size();
    }

    /** Creates what is missing, with at most {@code brokers} replicas, and compares the rest. */
    List<TopicState> ensure(List<TopicSpec> specs, int brokers) throws InterruptedException {
        Set<String> there = await(admin.listTopics().names());
        Set<String> created = create(specs.stream().filter(spec -> !there.contains(name(spec))).toList(), brokers);
        awaitLeaders(specs.stream().filter(spec -> created.contains(name(spec))).toList());
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (true) {
            try {
                return compare(specs, created, brokers);
            } catch (NotYetEverywhere e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }

    private Set<String> create(List<TopicSpec> missing, int brokers) throws InterruptedException {
        List<NewTopic> topics = missing.stream().map(spec -> new NewTopic(name(spec), spec.partitions(),
                replicas(spec, brokers)).configs(spec.config())).toList();
        Set<String> created = topics.stream().map(NewTopic::name).collect(Collectors.toSet());
        for (var result : admin.createTopics(topics).values().entrySet()) {
            if (existsBy(result.getValue())) {
                created.remove(result.getKey());
            }
        }
        return created;
    }

    /** True when somebody else created it in the meantime: then it is compared like any other. */
    private boolean existsBy(KafkaFuture<Void> creation) throws InterruptedException {
        try {
            creation.get();
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException) {
                return true;
            }
            throw failure(e);
        }
    }

    /**
     * A broker names the leader of a new partition before that leader takes records. A producer's first batch would be
     * refused while its second one, already on its way, is taken; then the first is out of order for ever and is lost.
     */
    private void awaitLeaders(List<TopicSpec> created) throws InterruptedException {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (TopicSpec spec : created) {
            for (int partition = 0; partition < spec.partitions(); partition++) {
                partitions.put(new TopicPartition(name(spec), partition), OffsetSpec.earliest());
            }
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (!answer(partitions, System.nanoTime() > deadline)) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** Whether all leaders answer for their partitions; brokers that have not heard of a topic yet are told at last. */
    private boolean answer(Map<TopicPartition, OffsetSpec> partitions, boolean last) throws InterruptedException {
        Set<String> known = await(admin.listTopics().names());
        if (!last && !partitions.keySet().stream().allMatch(partition -> known.contains(partition.topic()))) {
            return false;
        }
        try {
            admin.listOffsets(partitions).all().get();
            return true;
        } catch (ExecutionException e) {
            if (!last && e.getCause() instanceof UnknownTopicOrPartitionException) {
                return false;
            }
            throw failure(e);
        }
    }

    private TopicState asCreated(TopicSpec spec, int brokers) {
        return new TopicState(name(spec), spec.partitions(), replicas(spec, brokers), true, List.of());
    }

    private List<TopicState> compare(List<TopicSpec> specs, Set<String> created, int brokers)
            throws InterruptedException {
        List<TopicSpec> older = specs.stream().filter(spec -> !created.contains(name(spec))).toList();
        if (older.isEmpty()) {
            return specs.stream().map(spec -> asCreated(spec, brokers)).toList();
        }
        Map<String, TopicDescription> descriptions = await(
                admin.describeTopics(older.stream().map(this::name).toList()).allTopicNames());
        Map<ConfigResource, Config> configs = await(
                admin.describeConfigs(older.stream().map(this::resource).toList()).all());
        List<TopicState> states = new ArrayList<>();
        for (TopicSpec spec : specs) {
            TopicDescription found = descriptions.get(name(spec));
            Config config = configs.get(resource(spec));
            states.add(found == null || config == null
                    ? asCreated(spec, brokers)
                    : state(spec, found, settings(config), brokers));
        }
        return states;
    }

    private TopicState state(TopicSpec spec, TopicDescription found, Map<String, String> settings, int brokers) {
        List<String> differences = new ArrayList<>();
        int partitions = found.partitions().size();
        if (partitions != spec.partitions()) {
            differences.add("has " + partitions + " partitions instead of " + spec.partitions() + ": "
                    + (partitions < spec.partitions()
                            ? "what was counted is bound to its partition, so start anew under another "
                                    + "THROUGHLINE_TOPIC_PREFIX, or change infra/topics.yaml"
                            : "partitions cannot be taken away, change infra/topics.yaml"));
        }
        int replicas = found.partitions().getFirst().replicas().size();
        if (replicas < replicas(spec, brokers)) {
            differences.add("has " + replicas + " replicas instead of " + replicas(spec, brokers)
                    + ": move it with kafka-reassign-partitions.sh");
        }
        new TreeMap<>(spec.config()).forEach((key, wanted) -> {
            String actual = settings.get(key);
            if (!wanted.equals(actual)) {
                differences.add(key + " is " + actual + " instead of " + wanted + ": set it with kafka-configs.sh "
                        + "--alter --topic " + found.name() + " --add-config " + key + "=" + wanted);
            }
        });
        return new TopicState(found.name(), partitions, replicas, false, differences);
    }

    private static Map<String, String> settings(Config config) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (ConfigEntry entry : config.entries()) {
            settings.put(entry.name(), entry.value());
        }
        return settings;
    }

    private String name(TopicSpec spec) {
        return prefix + spec.suffix();
    }

    private ConfigResource resource(TopicSpec spec) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name(spec));
    }

    private static short replicas(TopicSpec spec, int brokers) {
        return (short) Math.min(spec.replicationFactor(), brokers);
    }

    private <T> T await(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw failure(e);
        }
    }

    private RuntimeException failure(ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (cause instanceof UnknownTopicOrPartitionException) {
            return new NotYetEverywhere("a topic at " + bootstrapServers + " was deleted while it was checked", e);
        }
        return cause instanceof TimeoutException
                ? new CommandFailure("no Kafka broker answers at " + bootstrapServers
                        + ": start one with ./throughline up, or set THROUGHLINE_BOOTSTRAP_SERVERS", e)
                : new CommandFailure("the brokers at " + bootstrapServers + " refused: " + cause.getMessage(), e);
    }

    /** A topic that was created a moment ago is listed before every broker knows it. */
    private static final class NotYetEverywhere extends CommandFailure {

        private static final long serialVersionUID = 1L;

        NotYetEverywhere(String line, Throwable cause) {
            super(line, cause);
        }
    }
}
