package io.throughline.local.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.local.FreshTopics;
import io.throughline.local.KafkaBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of a shipper at moments by chance, under load: {@code -Dthroughline.stored.kills=10} for the long run. */
class ShipperKillIT {

    private static final int KILLS = Integer.getInteger("throughline.stored.kills", 3);
    private static final int LINES_A_SECOND = 400;
    private static final int LONGEST_LIFE_MILLIS = 4_000;

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    @TempDir
    private Path scratch;

    @Test
    void everyAcknowledgedLine_isFoundOnceByItsTrace() throws Exception {
        long seed = Long.getLong("throughline.stored.seed", System.nanoTime() & 0xffffff);
        var random = new SplittableRandom(seed);
        String prefix = "kill-" + seed + ".";
        FreshTopics.create(BROKER.bootstrapServers(), prefix);
        try (var shippers = new Shippers(scratch, BROKER.bootstrapServers(), prefix, "one");
                var load = LineLoad.start(BROKER.bootstrapServers(), prefix, "k", LINES_A_SECOND, 100)) {
            shippers.start("one");
            for (int i = 0; i < KILLS; i++) {
                // It has taken something since the last kill, and dies while it takes more.
                long had = Math.max(0, shippers.matched("one", ""));
                await().atMost(Duration.ofMinutes(1)).until(() -> shippers.matched("one", "") > had);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
                shippers.kill("one");
                shippers.start("one");
            }
            List<String> acknowledged = load.finish();
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(shippers.matched("one", ""))
                    .as("seed %d: %s", seed, shippers.errors()).isGreaterThanOrEqualTo(acknowledged.size()));
            TimeUnit.SECONDS.sleep(2);
            assertThat(shippers.matched("one", "")).as("lines in all, seed %d", seed).isEqualTo(acknowledged.size());
            assertThat(shippers.notOnce("one", acknowledged)).as("seed %d", seed).isEmpty();
            System.out.printf("log store: seed %d, %d times kill -9, %,d lines, each once%n", seed, KILLS, acknowledged
                    .size());
        }
    }
}
