package io.throughline.replay;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.throughline.aggregate.CombineConfig;
import io.throughline.replay.AuditLedger.Mismatch;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recounts beside the live counting, with a reader and a state of its own, and compares every closed window with what live
 * committed to {@code throughline.windows}.
 *
 * <p>It assigns partitions and commits nothing. When it cannot go on, it says so in the log and begins anew: an audit
 * never stops the counting. Thread-safe.
 */
public final class Audit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Audit.class);
    private static final Duration ROUND = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);
    private static final int MOST_LOGGED = 20;

    private final CombineConfig config;
    private final Clock clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "audit");
    private volatile Status status = new Status(0, 0, 0, OptionalLong.empty());

    private record Status(long mismatches, long windows, long unjudged, OptionalLong upToMillis) {}

    private Audit(CombineConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** Starts, and returns at once. */
    public static Audit start(CombineConfig config, Clock clock) {
        var audit = new Audit(config, clock);
        audit.thread.setDaemon(true);
        audit.thread.start();
        return audit;
    }

    /** The audit's metrics; the time up to which it has come is left out until there is one. */
    public List<MetricSnapshot> snapshots() {
        Status now = status;
        var upTo = GaugeSnapshot.builder().name("throughline_audited_up_to_seconds")
                .help("End of the newest window up to which the audit has compared everything, in seconds since 1970.");
        now.upToMillis().ifPresent(millis -> upTo
                .dataPoint(GaugeDataPointSnapshot.builder().value(millis / 1000.0).build()));
        return List.of(counter("throughline_audit_mismatches",
                "Windows of series that the audit counted differently from what is committed.", now.mismatches()),
                counter("throughline_audited_windows", "Minutes of input partitions that the audit has compared.",
                        now.windows()),
                counter("throughline_audit_unjudged",
                        "Windows of series that the audit could not judge, because it began too late for them.",
                        now.unjudged()),
                upTo.build());
    }

    @Override
    public void close() {
        stopping.countDown();
        thread.interrupt();
    }

    private static CounterSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder().name(name).help(help)
                .dataPoint(CounterDataPointSnapshot.builder().value((double) value).build()).build();
    }

    private void run() {
        while (stopping.getCount() > 0) {
            Duration pause = PAUSE_AFTER_FAILURE;
            try (var reader = AuditReader.open(config, clock)) {
                rounds(reader);
            } catch (ReplayException e) {
                LOG.info("the audit begins anew: {}", e.getMessage());
                pause = ROUND;
            } catch (KafkaException e) {
                if (stopping.getCount() > 0) {
                    LOG.warn("the audit is interrupted and begins anew: {}", e.toString());
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("the audit failed and begins anew", e);
            }
            try {
                boolean unused = stopping.await(pause.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void rounds(AuditReader reader) throws InterruptedException {
        AuditLedger ledger = reader.ledger();
        Status before = status;
        while (!stopping.await(ROUND.toMillis(), TimeUnit.MILLISECONDS)) {
            if (reader.catchUp()) {
                tell(ledger.compare(reader.streamTimeMillis()));
                status = new Status(before.mismatches() + ledger.mismatches(), before.windows() + ledger.windows(),
                        before.unjudged() + ledger.unjudged(),
                        ledger.auditedUpToMillis().isPresent() ? ledger.auditedUpToMillis() : before.upToMillis());
            }
        }
    }

    private static void tell(List<Mismatch> found) {
        found.stream().limit(MOST_LOGGED).forEach(each -> LOG.error(
                "audit: window {} of {}{} from input partition {} is committed as {}, and recounted as {}",
                each.start(), SeriesSelector.text(each.series()), each.part().isEmpty() ? "" : " part " + each.part(),
                each.inputPartition(), each.committed(), each.counted()));
        if (found.size() > MOST_LOGGED) {
            LOG.error("audit: {} more windows of series differ", found.size() - MOST_LOGGED);
        }
    }
}
