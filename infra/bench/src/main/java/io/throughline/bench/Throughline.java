package io.throughline.bench;

import io.throughline.expose.Aggregator;
import io.throughline.expose.AggregatorConfig;
import io.throughline.publish.Settings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.management.AttributeNotFoundException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The aggregator as it runs in production, with its default settings: exactly once, duplicates found, life cycles,
 * users, prices and exemplars kept, what was committed read back and shown at {@code /metrics}.
 *
 * <p>How far it has come is the number of records that its stream threads have polled, read from the JMX beans of their
 * consumers; and once all are polled, what its page shows as committed, so nothing that still waits is left out.
 */
final class Throughline implements Variant {

    private static final String INPUT_CONSUMERS = "kafka.consumer:type=consumer-fetch-manager-metrics,"
            + "client-id=*-StreamThread-*-consumer";
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    /** A page takes work, which would be the aggregator's own. */
    private static final Duration LOOK_AT_PAGE_EVERY = Duration.ofMillis(100);
    private static final Duration STILL = Duration.ofSeconds(1);
    private static final Duration LONGEST_COMMIT = Duration.ofSeconds(60);

    private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    private final CompletableFuture<String> fatal = new CompletableFuture<>();
    private final int streamThreads;
    private final boolean audit;
    private Set<ObjectName> threads = Set.of();

    Throughline(int streamThreads, boolean audit) {
        this.streamThreads = streamThreads;
        this.audit = audit;
    }

    @Override
    public Map<String, Long> run(String bootstrapServers, Path scratch, Probe probe) throws Exception {
        var settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", bootstrapServers,
                "THROUGHLINE_STATE_DIR", scratch.toString(), "THROUGHLINE_AGGREGATOR_PORT", "0",
                "THROUGHLINE_BORN_AT_ZERO", "0s", "THROUGHLINE_AUDIT", Boolean.toString(audit),
                "THROUGHLINE_STREAM_THREADS", Integer.toString(streamThreads)));
        try (var aggregator = Aggregator.start(AggregatorConfig.from(settings), fatal::complete)) {
            while (!probe.done()) {
                requireAlive();
                long polled = polled();
                boolean allPolled = polled >= probe.total();
                probe.at(allPolled ? Page.of(aggregator.port()).sum(Tally.CONSUMED) : polled);
                Thread.sleep(allPolled ? LOOK_AT_PAGE_EVERY : LOOK_EVERY);
            }
            return committed(aggregator.port(), polled());
        }
    }

    private long polled() throws JMException {
        // Each has a bean of its own, and they do not appear at the same time.
        if (threads.size() < streamThreads) {
            threads = beans.queryNames(new ObjectName(INPUT_CONSUMERS), null).stream()
                    .filter(name -> !name.getKeyProperty("client-id").contains("restore"))
                    .collect(Collectors.toUnmodifiableSet());
        }
        try {
            double polled = 0;
            for (ObjectName thread : threads) {
                polled += (Double) beans.getAttribute(thread, "records-consumed-total");
            }
            return Math.round(polled);
        } catch (AttributeNotFoundException | InstanceNotFoundException e) {
            // While a thread starts, its bean comes and goes and grows by one attribute at a time.
            threads = Set.of();
            return 0;
        }
    }

    /**
     * What the page shows once it shows as many records as were processed and has been still for two commits: the
     * series of one commit are read from several partitions and appear one after the other. What is never committed is
     * told as missing.
     */
    private Map<String, Long> committed(int port, long events) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LONGEST_COMMIT.toNanos();
        Map<String, Long> before = Map.of();
        while (System.nanoTime() < deadline) {
            requireAlive();
            Map<String, Long> now = counted(Page.of(port));
            if (now.equals(before) && now.getOrDefault(Tally.CONSUMED, 0L) >= events) {
                return now;
            }
            before = now;
            Thread.sleep(STILL);
        }
        return before;
    }

    /** Events are those that went into the numbers: a dead letter, or one taken for a duplicate, is missing here. */
    private static Map<String, Long> counted(Page page) {
        Map<String, Long> counted = new HashMap<>();
        counted.put(Tally.EVENTS, page.sum("throughline_counted_total"));
        counted.put(Tally.CONSUMED, page.sum("throughline_consumed_total"));
        Tally.METRICS.forEach(metric -> counted.put(metric, page.sum(metric)));
        return counted;
    }

    private void requireAlive() {
        if (fatal.isDone()) {
            throw new IllegalStateException(fatal.join());
        }
    }
}
