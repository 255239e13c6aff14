package io.throughline.local.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.local.KafkaBroker;
import io.throughline.local.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * kill -9 at moments by chance, under load: {@code -Dthroughline.exact.kills=20} for the long run. The real Prometheus
 * scrapes all the while, if there is one.
 */
class KillIT {

    private static final int KILLS = Integer.getInteger("throughline.exact.kills", 5);
    private static final int LONGEST_LIFE_MILLIS = 6_000;

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    @TempDir
    private Path scratch;

    @Test
    void everySeriesAndWindow_equalsTheOracle_andPrometheusSeesNoReset() throws Exception {
        long seed = Seeds.next();
        Path program = Program.require("prometheus");
        try (var rig = Rig.start("kill", BROKER.bootstrapServers(), scratch, "3s", seed);
                var prometheus = RealPrometheus.start(program, scratch, rig.fleet().port("one"),
                        rig.fleet().port("prometheus"))) {
            awaitScraping(prometheus);
            rig.startAndAwaitNumbers("one");
            awaitAllBorn(prometheus);
            killAgainAndAgain(rig, new SplittableRandom(seed));
            Oracle oracle = rig.settle();
            compare(rig, oracle, prometheus);
            rig.assertWindowsAreThoseOfARecount("one");
        }
    }

    /** Prometheus takes some seconds before its first scrape, which would miss zeros shown in the meantime. */
    private static void awaitScraping(RealPrometheus prometheus) {
        await().atMost(Duration.ofMinutes(1)).ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> prometheus.number("count(up)") >= 1);
    }

    /** A series whose zero nobody scraped has no beginning to count from. */
    private static void awaitAllBorn(RealPrometheus prometheus) throws InterruptedException {
        await().atMost(Duration.ofMinutes(1)).until(() -> prometheus
                .number("count({__name__=~\"throughline_consumed_total|llm_requests_total\"} > 0)") >= 5 + 16);
        TimeUnit.SECONDS.sleep(5);
    }

    /** Every third time or so it is killed again while it starts, restores or reads back. */
    private static void killAgainAndAgain(Rig rig, SplittableRandom random) throws Exception {
        for (int i = 0; i < KILLS; i++) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
            rig.fleet().kill("one");
            long killed = System.nanoTime();
            rig.start("one");
            if (random.nextInt(3) > 0) {
                rig.awaitAllShownSince(killed);
            }
        }
        rig.say(KILLS + " times kill -9");
    }

    private static void compare(Rig rig, Oracle oracle, RealPrometheus prometheus) throws Exception {
        Map<String, Double> expected = oracle.samples(rig.fleet().whole());
        TimeUnit.SECONDS.sleep(1);
        Map<String, List<Double>> history = prometheus.history();
        assertThat(history).hasSizeGreaterThan(200);
        for (String name : new TreeSet<>(history.keySet().stream().map(Page::name).toList())) {
            assertThat(prometheus.number("sum(resets(" + name + "[30m]))")).as("resets of " + name).isZero();
        }
        history.forEach((sample, values) -> {
            double truth = expected.getOrDefault(sample, 0.0);
            if (!Page.name(sample).equals("throughline_dead_letters_total")) {
                assertThat(values.getLast()).as(sample).isEqualTo(truth);
                assertThat(values.getFirst()).as("first value of " + sample).isZero();
                assertThat(increase(values)).as("increase of " + sample).isEqualTo(truth);
            }
        });
        rig.say(history.size() + " series have the true increase in Prometheus, without a reset");
    }

    /** As Prometheus counts it: a value below the one before is a reset to zero. */
    private static double increase(List<Double> values) {
        double corrections = 0;
        for (int i = 1; i < values.size(); i++) {
            if (values.get(i) < values.get(i - 1)) {
                corrections += values.get(i - 1);
            }
        }
        return values.getLast() - values.getFirst() + corrections;
    }
}
