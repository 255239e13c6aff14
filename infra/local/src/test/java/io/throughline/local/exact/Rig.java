package io.throughline.local.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.local.FreshTopics;
import io.throughline.local.replay.Replay;
import io.throughline.publish.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionTimeoutException;

/** Everything a test of exactness needs: topics of its own, a fleet, the load and the scraper that never looks away. */
final class Rig implements AutoCloseable {

    /** Long, because other builds may have the processors; how long it took is printed. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PER_SECOND = Integer.getInteger("throughline.exact.rate", 800);

    private final String name;
    private final String bootstrapServers;
    private final String prefix;
    private final Fleet fleet;
    private final Witness witness = new Witness();
    private final Scraper scraper;
    private final Load load;

    private Rig(String name, String bootstrapServers, String prefix, Fleet fleet, Load load) {
        this.name = name;
        this.bootstrapServers = bootstrapServers;
        this.prefix = prefix;
        this.fleet = fleet;
        this.scraper = new Scraper(fleet, witness);
        this.load = load;
    }

    static Rig start(String name, String bootstrapServers, Path scratch, String bornAtZero, long seed)
            throws InterruptedException {
        String prefix = name + ".";
        FreshTopics.create(bootstrapServers, prefix);
        var rig = new Rig(name, bootstrapServers, prefix, new Fleet(scratch, bootstrapServers, prefix, bornAtZero),
                Load.start(bootstrapServers, prefix, seed, PER_SECOND));
        rig.say("seed " + seed + ", " + PER_SECOND + " records/s");
        return rig;
    }

    Fleet fleet() {
        return fleet;
    }

    String prefix() {
        return prefix;
    }

    /** Starts an instance and watches it from now on. */
    void start(String instance) throws IOException {
        fleet.start(instance);
        scraper.watch(instance);
    }

    /** Starts instances and waits until they show numbers of each metric. */
    void startAndAwaitNumbers(String... instances) throws IOException {
        for (String instance : instances) {
            start(instance);
        }
        await().atMost(PATIENCE).until(() -> {
            Page page = fleet.whole();
            return page.samples().getOrDefault("cache_misses_total", 0.0) > 50
                    && !page.bounds("job_duration_seconds").isEmpty();
        });
    }

    /** How long from {@code sinceNanos} until every series that was ever seen has been shown again. */
    Duration awaitAllShownSince(long sinceNanos) {
        await().atMost(PATIENCE).pollInterval(20, TimeUnit.MILLISECONDS)
                .until(() -> witness.allShownSince(sinceNanos));
        return Duration.ofNanos(System.nanoTime() - sinceNanos);
    }

    /** Ends the load, waits until all of it is shown, and holds every series against the oracle and the witness. */
    Oracle settle() throws IOException, InterruptedException {
        load.finish();
        Oracle oracle = Oracle.read(bootstrapServers, prefix);
        long start = System.nanoTime();
        var last = new AtomicReference<List<String>>(List.of("nothing was shown"));
        try {
            await().atMost(PATIENCE).pollInterval(200, TimeUnit.MILLISECONDS).until(() -> {
                last.set(oracle.differences(fleet.whole()));
                return last.get().isEmpty();
            });
        } catch (ConditionTimeoutException e) {
            assertThat(last.get()).as("series that differ from the oracle\n" + fleet.errors()).isEmpty();
        }
        TimeUnit.SECONDS.sleep(2);
        assertThat(oracle.differences(fleet.whole())).as("series that differ a few commits later").isEmpty();
        say("%,d records, %d samples equal the oracle %.1f s after the load; %s".formatted(oracle.records(),
                oracle.samples(fleet.whole()).size(), (System.nanoTime() - start) / 1e9 - 2, witness.summary()));
        assertThat(witness.complaints()).as("what the scraper saw").isEmpty();
        return oracle;
    }

    /**
     * Holds every minute of every series, as an instance answers it, against what the topics recount to. Not the minutes
     * that grace leaves behind meanwhile: whether an event of one topic is too late depends on what came of another.
     */
    void assertWindowsAreThoseOfARecount(String instance) {
        Settings settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", bootstrapServers,
                "THROUGHLINE_TOPIC_PREFIX", prefix));
        Replay diff = Replay.run(settings, "diff", "--from", "-50m", "--to", "now", "--step", "1m", "--aggregator",
                "http://127.0.0.1:" + fleet.port(instance)).done();
        assertThat(diff.err()).containsPattern("compared [\\d,]{4,} windows of series .*: 0 differ");
        say(diff.err().lines().filter(line -> line.startsWith("compared")).findFirst().orElseThrow());
    }

    void say(String what) {
        System.out.println("exact, " + name + ": " + what);
    }

    @Override
    public void close() {
        load.close();
        scraper.close();
        fleet.close();
    }
}
