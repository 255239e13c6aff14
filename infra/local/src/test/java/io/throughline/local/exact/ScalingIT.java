package io.throughline.local.exact;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.local.KafkaBroker;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From two instances to three to one, under load. */
class ScalingIT {

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    @TempDir
    private Path scratch;

    @Test
    void everySeries_equalsTheOracle_andHasOneOwnerAtATime() throws Exception {
        try (var rig = Rig.start("scaling", BROKER.bootstrapServers(), scratch, "0s", Seeds.next())) {
            rig.startAndAwaitNumbers("one", "two");
            TimeUnit.SECONDS.sleep(3);
            long added = System.nanoTime();
            rig.start("three");
            TimeUnit.SECONDS.sleep(8);
            rig.say("%.1f s from the start of a third to all series shown since"
                    .formatted(rig.awaitAllShownSince(added).toMillis() / 1e3));
            long killed = System.nanoTime();
            rig.fleet().kill("two");
            rig.say("%.1f s from the kill of the second to all series shown since"
                    .formatted(rig.awaitAllShownSince(killed).toMillis() / 1e3));
            long stopped = System.nanoTime();
            assertThat(rig.fleet().stop("three")).isEqualTo(143);
            rig.say("%.1f s from the stop of the third to all series shown since"
                    .formatted(rig.awaitAllShownSince(stopped).toMillis() / 1e3));
            rig.settle();
        }
    }
}
