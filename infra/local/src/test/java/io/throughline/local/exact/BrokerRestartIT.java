package io.throughline.local.exact;

import io.throughline.local.ChildBroker;
import io.throughline.local.Home;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The only broker goes and comes back under load: once as it is stopped, once as it is killed. */
class BrokerRestartIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path scratch;

    @Test
    void everySeries_equalsTheOracle() throws Exception {
        Path data = scratch.resolve("broker");
        var broker = ChildBroker.start(Home.find(), data, 0, PATIENCE);
        try (var rig = Rig.start("broker-restart", broker.bootstrapServers(), scratch, "0s", Seeds.next())) {
            rig.startAndAwaitNumbers("one", "two");
            TimeUnit.SECONDS.sleep(3);
            broker.stop();
            broker = again(rig, data, broker.port(), "stop");
            TimeUnit.SECONDS.sleep(3);
            broker.kill();
            broker = again(rig, data, broker.port(), "kill");
            TimeUnit.SECONDS.sleep(3);
            rig.settle();
        } finally {
            broker.close();
        }
    }

    private static ChildBroker again(Rig rig, Path data, int port, String how) throws Exception {
        TimeUnit.SECONDS.sleep(2);
        var broker = ChildBroker.start(Home.find(), data, port, PATIENCE);
        rig.say("%.1f s from the broker's return after a %s to all series shown since".formatted(
                rig.awaitAllShownSince(System.nanoTime()).toMillis() / 1e3, how));
        return broker;
    }
}
