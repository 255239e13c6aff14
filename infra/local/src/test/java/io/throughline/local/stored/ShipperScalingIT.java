package io.throughline.local.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.local.FreshTopics;
import io.throughline.local.KafkaBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Shippers come and go while lines are published. */
class ShipperScalingIT {

    private static final int LINES_A_SECOND = 300;
    private static final String PREFIX = "scale-shippers.";
    private static final List<String> NAMES = List.of("one", "two", "three");

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    @TempDir
    private Path scratch;

    @Test
    void everyLine_isFoundOnce_atEachOfThem() throws Exception {
        FreshTopics.create(BROKER.bootstrapServers(), PREFIX);
        try (var shippers = new Shippers(scratch, BROKER.bootstrapServers(), PREFIX, "one", "two", "three");
                var load = LineLoad.start(BROKER.bootstrapServers(), PREFIX, "s", LINES_A_SECOND, 100)) {
            shippers.start("one");
            awaitStoring(shippers, load, "one");
            shippers.start("two");
            shippers.start("three");
            awaitStoring(shippers, load, "three");
            TimeUnit.SECONDS.sleep(2);
            // Its partitions move, and what it holds is missing until it is back.
            shippers.stop("three");
            TimeUnit.SECONDS.sleep(2);
            assertThat(shippers.get("one", "/api/v1/logs?limit=1").headers().firstValue("X-Complete")).hasValue(
                    "false");
            shippers.start("three");
            awaitStoring(shippers, load, "three");
            List<String> acknowledged = load.finish();
            for (String name : NAMES) {
                await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(shippers.matched(name, ""))
                        .as("%s: %s", name, shippers.errors()).isEqualTo(acknowledged.size()));
                assertThat(new JsonMapper().readTree(shippers.get(name, "/api/v1/logs/histogram").body()).get("total")
                        .longValue()).as("histogram of " + name).isEqualTo(acknowledged.size());
            }
            for (int i = 0; i < NAMES.size(); i++) {
                int part = i;
                List<String> asked = acknowledged.stream().filter(trace -> Math.floorMod(trace.hashCode(), 3) == part)
                        .toList();
                assertThat(shippers.notOnce(NAMES.get(i), asked)).as("asked of " + NAMES.get(i)).isEmpty();
            }
            System.out.printf("log store: %,d lines over three shippers, each once%n", acknowledged.size());
        }
    }

    /** Waits until a shipper itself has taken lines. */
    private static void awaitStoring(Shippers shippers, LineLoad load, String name) {
        int before = load.acknowledgedSoFar();
        await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> load.acknowledgedSoFar() > before
                && shippers.get(name, "/metrics").body().lines().anyMatch(line -> line.startsWith(
                        "throughline_shipper_records_stored_total{topic=\"" + PREFIX + "logs\"}")
                        && Double.parseDouble(line.substring(line.lastIndexOf(' '))) > 0));
    }
}
