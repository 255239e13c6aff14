package io.throughline.local.exact;

import io.throughline.local.KafkaBroker;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One of two instances stands still for longer than its session, and then goes on as if nothing had happened. */
class PausedInstanceIT {

    private static final int PAUSE_SECONDS = 15;

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    @TempDir
    private Path scratch;

    @Test
    void everySeries_equalsTheOracle_andHasOneOwnerAtATime() throws Exception {
        try (var rig = Rig.start("paused", BROKER.bootstrapServers(), scratch, "0s", Seeds.next())) {
            rig.startAndAwaitNumbers("one", "two");
            TimeUnit.SECONDS.sleep(5);
            long paused = System.nanoTime();
            rig.fleet().pause("one");
            rig.say("%.1f s from the pause to all series shown by the other".formatted(
                    rig.awaitAllShownSince(paused).toMillis() / 1e3));
            TimeUnit.NANOSECONDS.sleep(paused + TimeUnit.SECONDS.toNanos(PAUSE_SECONDS) - System.nanoTime());
            rig.fleet().resume("one");
            TimeUnit.SECONDS.sleep(5);
            rig.settle();
        }
    }
}
