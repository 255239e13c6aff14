package io.throughline.local.exact;

import io.throughline.local.ChildBroker;
import io.throughline.local.Home;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The only broker goes and comes back under load, twice. It is stopped cleanly: after kill -9 Kafka itself may leave a
 * transaction open for good; {@code -Dthroughline.exact.broker=kill} is for looking into that.
 */
class BrokerRestartIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final boolean KILL = System.getProperty("throughline.exact.broker", "stop").equals("kill");

    @TempDir
    private Path scratch;

    @Test
    void everySeries_equalsTheOracle() throws Exception {
        Path data = scratch.resolve("broker");
        var broker = ChildBroker.start(Home.find(), data, 0, PATIENCE);
        try (var rig = Rig.start("broker-restart", broker.bootstrapServers(), scratch, "0s", Seeds.next())) {
            rig.startAndAwaitNumbers("one", "two");
            for (int i = 0; i < 2; i++) {
                TimeUnit.SECONDS.sleep(3);
                end(broker);
                broker = again(rig, data, broker.port());
            }
            TimeUnit.SECONDS.sleep(3);
            rig.settle();
        } finally {
            broker.close();
        }
    }

    private static void end(ChildBroker broker) {
        if (KILL) {
            broker.kill();
        } else {
            broker.stop();
        }
    }

    private static ChildBroker again(Rig rig, Path data, int port) throws Exception {
        TimeUnit.SECONDS.sleep(2);
        var broker = ChildBroker.start(Home.find(), data, port, PATIENCE);
        rig.say("%.1f s from the broker's return to all series shown since"
                .formatted(rig.awaitAllShownSince(System.nanoTime()).toMillis() / 1e3));
        return broker;
    }
}
