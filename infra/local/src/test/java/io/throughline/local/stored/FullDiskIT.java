package io.throughline.local.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.local.FreshTopics;
import io.throughline.local.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A shipper on a file system that has no room left, and has it again. Mounting one takes root. */
class FullDiskIT {

    private static final String PREFIX = "full-disk.";
    private static final int BALLAST_BYTES = 30 << 20;

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    @TempDir
    private Path scratch;

    @Test
    void shipper_takesNothingThatItCannotKeep_andGoesOnByItself() throws Exception {
        FreshTopics.create(BROKER.bootstrapServers(), PREFIX);
        Path disk = Files.createDirectory(scratch.resolve("disk"));
        Assumptions.assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=56m", "tmpfs", disk.toString()),
                "a file system of 56 MB cannot be mounted here, which takes root");
        try (var shippers = new Shippers(scratch, BROKER.bootstrapServers(), PREFIX, "one");
                var load = LineLoad.start(BROKER.bootstrapServers(), PREFIX, "d", 400, 200)) {
            shippers.store("one", disk.resolve("store"));
            shippers.start("one");
            await().atMost(Duration.ofMinutes(1)).until(() -> shippers.matched("one", "") > 0);
            Path ballast = fill(disk.resolve("ballast"));
            await().atMost(Duration.ofMinutes(1)).ignoreExceptions().untilAsserted(() -> assertThat(shippers.get("one",
                    "/health").body()).containsIgnoringCase("no space left"));
            long kept = shippers.matched("one", "");
            TimeUnit.SECONDS.sleep(2);
            assertThat(shippers.get("one", "/health").statusCode()).isEqualTo(503);
            assertThat(shippers.matched("one", "")).as("found while the disk is full").isEqualTo(kept).isPositive();
            Files.delete(ballast);
            List<String> acknowledged = load.finish();
            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(shippers.matched("one", "")).as(
                    shippers.errors()).isEqualTo(acknowledged.size()));
            assertThat(shippers.get("one", "/health").statusCode()).isEqualTo(200);
            assertThat(shippers.notOnce("one", acknowledged)).isEmpty();
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    /** Takes what room there is, to the last byte. */
    private static Path fill(Path file) throws IOException {
        try (var out = Files.newOutputStream(file)) {
            byte[] piece = new byte[64 * 1024];
            for (int written = 0; written < 2 * BALLAST_BYTES; written += piece.length) {
                out.write(piece);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("space");
        }
        return file;
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start().waitFor() == 0;
    }
}
