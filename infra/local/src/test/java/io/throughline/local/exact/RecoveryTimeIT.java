package io.throughline.local.exact;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.local.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How long nobody sees the numbers. Held against the limit only where nobody else wants the processors. */
class RecoveryTimeIT {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final double IDLE = 2;

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    @TempDir
    private Path scratch;

    private double machineLoad;

    @BeforeEach
    void lookAtTheMachine() throws IOException {
        Path average = Path.of("/proc/loadavg");
        machineLoad = Files.isReadable(average)
                ? Double.parseDouble(Files.readString(average).replaceFirst(" .*\\s*", ""))
                : IDLE;
    }

    @Test
    void restartAfterKill_showsEverySeriesAgain() throws Exception {
        try (var rig = Rig.start("recovery", BROKER.bootstrapServers(), scratch, "0s", Seeds.next())) {
            rig.startAndAwaitNumbers("one");
            TimeUnit.SECONDS.sleep(3);
            long killed = System.nanoTime();
            rig.fleet().kill("one");
            rig.start("one");
            judge(rig, "kill -9 of the only instance and its restart", rig.awaitAllShownSince(killed));
            rig.settle();
        }
    }

    @Test
    void survivor_showsEverySeriesAgain() throws Exception {
        try (var rig = Rig.start("failover", BROKER.bootstrapServers(), scratch, "0s", Seeds.next())) {
            rig.startAndAwaitNumbers("one", "two");
            TimeUnit.SECONDS.sleep(5);
            long killed = System.nanoTime();
            rig.fleet().kill("one");
            judge(rig, "kill -9 of one of two instances", rig.awaitAllShownSince(killed));
            rig.settle();
        }
    }

    private void judge(Rig rig, String what, Duration took) {
        rig.say("%.1f s from %s to all series shown again (load of the machine before: %.1f)"
                .formatted(took.toMillis() / 1e3, what, machineLoad));
        if (machineLoad < IDLE) {
            assertThat(took).as(what).isLessThanOrEqualTo(LIMIT);
        }
    }
}
