package io.throughline.local.exact;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.local.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What lies in the state folder is damaged between two runs, and what a disk may have left there is added: all that
 * counts is in Kafka.
 */
class CorruptStateIT {

    @RegisterExtension
    private static final KafkaBroker BROKER = new KafkaBroker();

    @TempDir
    private Path scratch;

    @Test
    void everySeries_equalsTheOracle() throws Exception {
        long seed = Seeds.next();
        var random = new SplittableRandom(seed);
        try (var rig = Rig.start("corrupt", BROKER.bootstrapServers(), scratch, "0s", seed)) {
            rig.startAndAwaitNumbers("one");
            TimeUnit.SECONDS.sleep(2);
            for (Damage damage : Damage.values()) {
                rig.fleet().kill("one");
                int files = damage(rig.fleet().stateDirectory("one"), damage, random);
                long started = System.nanoTime();
                rig.start("one");
                rig.say("%.1f s to all series shown after %d files: %s".formatted(
                        rig.awaitAllShownSince(started).toMillis() / 1e3, files, damage));
                assertThat(files).isPositive();
            }
            rig.settle();
        }
    }

    private enum Damage {
        FLIPPED_BYTES, CUT_SHORT, GARBAGE
    }

    private static int damage(Path directory, Damage damage, RandomGenerator random) throws IOException {
        leaveRemains(directory);
        try (var found = Files.walk(directory)) {
            List<Path> files = found.filter(Files::isRegularFile).toList();
            for (Path file : files) {
                Files.write(file, damaged(Files.readAllBytes(file), damage, random),
                        StandardOpenOption.TRUNCATE_EXISTING);
            }
            return files.size();
        }
    }

    /** Stores in memory leave nothing behind; those of a release with stores on disk would look like this. */
    private static void leaveRemains(Path directory) throws IOException {
        Path application = Files.createDirectories(directory.resolve("corrupt.aggregator"));
        Files.writeString(application.resolve("kafka-streams-process-metadata"), "{\"processId\":\"");
        Path task = Files.createDirectories(application.resolve("0_0").resolve("rocksdb").resolve("combine"));
        Files.writeString(task.resolve("MANIFEST-000004"), "a manifest");
        Files.writeString(task.resolve("CURRENT"), "MANIFEST-000009\n");
        Files.writeString(application.resolve("0_0").resolve(".checkpoint"),
                "0\n1\ncorrupt.aggregator-combine-changelog 0 5\n");
        if (!Files.isDirectory(application.resolve("0_1"))) {
            Files.writeString(application.resolve("0_1"), "a file where a folder should be");
        }
    }

    private static byte[] damaged(byte[] content, Damage damage, RandomGenerator random) {
        return switch (damage) {
            case FLIPPED_BYTES -> {
                for (int i = 0; i < content.length; i++) {
                    content[i] ^= random.nextInt(4) == 0 ? (byte) 0x55 : 0;
                }
                yield content;
            }
            case CUT_SHORT -> Arrays.copyOf(content, content.length / 2);
            case GARBAGE -> {
                byte[] garbage = new byte[64];
                random.nextBytes(garbage);
                yield garbage;
            }
        };
    }
}
