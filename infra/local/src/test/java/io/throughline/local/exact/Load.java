package io.throughline.local.exact;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.local.exact.RandomTraffic.Sent;
import io.throughline.publish.KafkaProducers;
import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import io.throughline.publish.WireRecords;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;

/** Publishes traffic by chance on a thread of its own: new events, events sent again, odd records, replays. */
final class Load implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int REMEMBERED = 2_000;
    private static final int TICK_MILLIS = 10;

    private final RandomGenerator random;
    private final RandomTraffic traffic;
    private final OddRecords odd;
    private final WireRecords wire;
    private final Publisher publisher;
    private final Producer<byte[], byte[]> raw;
    private final Sent[] remembered = new Sent[REMEMBERED];
    private final Thread thread;
    private final int perSecond;

    private volatile boolean finished;

    private Load(Settings settings, long seed, int perSecond) {
        this.random = new SplittableRandom(seed);
        var clock = Clock.systemUTC();
        String idPrefix = Long.toHexString(seed) + "-";
        this.traffic = new RandomTraffic(random, clock, idPrefix);
        this.odd = new OddRecords(settings.topicPrefix(), random, clock, idPrefix);
        this.wire = new WireRecords(settings.topicPrefix(), clock);
        this.publisher = Publisher.start(settings, "load");
        this.raw = KafkaProducers.create(settings, "load-raw", Map.of());
        this.perSecond = perSecond;
        this.thread = new Thread(this::run, "load");
    }

    static Load start(String bootstrapServers, String prefix, long seed, int perSecond) {
        // A queue that holds what comes in while a broker restarts.
        var load = new Load(Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", bootstrapServers,
                "THROUGHLINE_TOPIC_PREFIX", prefix, "THROUGHLINE_QUEUE_RECORDS", "500000", "THROUGHLINE_QUEUE_BYTES",
                "512MB")), seed, perSecond);
        load.thread.start();
        return load;
    }

    /** Stops, and returns when the brokers have everything. */
    void finish() throws InterruptedException {
        finished = true;
        thread.join();
        raw.flush();
        assertThat(publisher.close(PATIENCE).dropped()).as("records that the load lost").isZero();
    }

    @Override
    public void close() {
        finished = true;
        publisher.close(Duration.ZERO);
        raw.close(Duration.ZERO);
    }

    private void run() {
        long start = System.nanoTime();
        long sent = 0;
        while (!finished) {
            long due = (System.nanoTime() - start) / 1_000_000 * perSecond / 1_000;
            for (; sent < due && !finished; sent++) {
                one();
            }
            try {
                TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void one() {
        int chance = random.nextInt(100);
        Sent again = remembered[random.nextInt(REMEMBERED)];
        if (chance < 2) {
            Future<?> unused = raw.send(odd.next());
        } else if (chance < 4 && again != null) {
            replay(again);
        } else if (chance < 12 && again != null) {
            publisher.emit(again.event(), again.context());
        } else {
            Sent next = traffic.next();
            remembered[random.nextInt(REMEMBERED)] = next;
            publisher.emit(next.event(), next.context());
        }
    }

    private void replay(Sent again) {
        var record = wire.of(again.event(), again.context());
        record.headers().add(WireRecords.REPLAY_ID, "replay-7".getBytes(StandardCharsets.UTF_8));
        Future<?> unused = raw.send(record);
    }
}
