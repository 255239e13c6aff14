package io.throughline.logs;

import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.throughline.event.Topic;
import io.throughline.serve.Health;
import io.throughline.serve.HttpEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log shipper that runs: it reads log lines and events from Kafka, stores each exactly once, and answers searches.
 *
 * <p>It waits for brokers and topics that are not there yet, and goes on by itself after they were away. Thread-safe.
 */
public final class Shipper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Shipper.class);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(8);
    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(30);

    private final ShipperConfig config;
    private final LogStore store;
    private final HttpEndpoint endpoint;
    private final int topics;
    private final Clock clock;
    private final Tail tail;
    private final Intake intake;
    private final Thread thread;
    private final Peers peers;

    private Shipper(ShipperConfig config, LogStore store, HttpEndpoint endpoint, Consumer<String> onFatal) {
        this.config = config;
        this.store = store;
        this.endpoint = endpoint;
        this.clock = Clock.systemUTC();
        var reader = new RecordReader(config.topicPrefix());
        var metrics = new ShipperMetrics(reader.topics());
        metrics.show(store);
        metrics.showDisk(config.storeDir());
        this.topics = reader.topics().size();
        var office = new DeadLetterOffice(KafkaClients.deadLetters(config.settings(), config.instance()),
                Topic.DEAD_LETTERS.name(config.topicPrefix()), metrics);
        this.tail = new Tail(Long.toHexString(clock.millis())).start();
        metrics.show(tail);
        this.intake = new Intake(KafkaClients.consumer(config), store, reader, office, metrics, tail,
                new CommitCadence(config.commitInterval(), config.commitRecords()), config.instance(), clock, onFatal);
        this.thread = new Thread(intake, "throughline-intake");
        var local = new LocalSearch(store, () -> intake.progress().watermark());
        this.peers = new Peers(local, config.instance(), store.shared() ? List.of() : config.peers());
        routes(endpoint, peers, tail, config.grafanaUrl(), clock).route("/metrics",
                new MetricsHandler(metrics.registry())::handle).health(this::health);
        new PeerApi(local, config.instance()).routes(endpoint);
    }

    /** All that is answered from the store. */
    static HttpEndpoint routes(HttpEndpoint endpoint, LogSearch store, Tail tail, URI grafana, Clock clock) {
        var answers = new Answers();
        var api = new Api(store, answers);
        endpoint.route(Api.LOGS, api::logs).route(Api.HISTOGRAM, api::histogram).route(Api.SERVICES, api::services)
                .routeBelow(Api.TRACES, api::trace)
                .stream(TailApi.PATH, new TailApi(store, tail, HEARTBEAT)::tail);
        return new Pages(grafana).routes(new ZipkinApi(store, answers, clock).routes(endpoint));
    }

    /**
     * Opens the store, binds the port and begins to take records.
     *
     * @param onFatal told in one line when the shipper cannot go on; close it then
     * @throws IOException with one line that names the port or the directory and says what to do
     */
    public static Shipper start(ShipperConfig config, Consumer<String> onFatal) throws IOException {
        HttpEndpoint endpoint = HttpEndpoint.bind(new InetSocketAddress(config.bind(), config.port()),
                Executors.newVirtualThreadPerTaskExecutor());
        LogStore store = null;
        try {
            store = open(config);
            var shipper = new Shipper(config, store, endpoint, onFatal);
            shipper.thread.start();
            endpoint.start();
            LOG.info("logs and traces at http://{}:{}/, store {}", config.bind(), shipper.port(), config.storeDir());
            return shipper;
        } catch (IOException | RuntimeException e) {
            endpoint.close();
            if (store != null) {
                store.close();
            }
            throw e;
        }
    }

    /** The port that is served. */
    public int port() {
        return endpoint.port();
    }

    /** Whether records arrive and can be kept, and why not. */
    public Health health() {
        Progress progress = intake.progress();
        return new Health(List.of(consumer(progress), storing(progress)));
    }

    /** Commits what was taken and stops, within ten seconds. */
    @Override
    public void close() {
        endpoint.close();
        tail.close();
        intake.stop();
        try {
            thread.join(LONGEST_STOP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        peers.close();
        store.close();
    }

    private static LogStore open(ShipperConfig config) throws IOException {
        return config.openSearch() == null
                ? LuceneStore.open(config.storeDir(), config.topicPrefix(), config.retention(), Clock.systemUTC())
                : OpenSearchStore.open(config.openSearch(), config.topicPrefix(), config.retention(),
                        Clock.systemUTC());
    }

    private Health.Check consumer(Progress now) {
        if (!thread.isAlive() || now.seenAt().isBefore(clock.instant().minus(LONGEST_ROUND))) {
            return new Health.Check("consumer", false, "nothing was read since " + now.seenAt());
        }
        if (now.readFailure() != null) {
            return new Health.Check("consumer", false, now.readFailure());
        }
        if (!now.connected()) {
            return new Health.Check("consumer", false,
                    "no broker answers at " + config.settings().bootstrapServers());
        }
        if (now.topics() < topics && config.peers().isEmpty()) {
            return new Health.Check("consumer", false, "partitions of " + now.topics() + " of " + topics
                    + " topics are assigned; the others may not exist yet");
        }
        return new Health.Check("consumer", true,
                now.partitions() + " partitions assigned, " + now.lag() + " records behind");
    }

    private static Health.Check storing(Progress now) {
        return now.storeFailure() == null
                ? new Health.Check("store", true, "last commit at " + now.committedAt())
                : new Health.Check("store", false, now.storeFailure());
    }
}
