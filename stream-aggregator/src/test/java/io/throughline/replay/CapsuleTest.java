package io.throughline.replay;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.aggregate.CountingConfig;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Series;
import io.throughline.publish.Settings;
import io.throughline.replay.junit.CapsuleFile;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapsuleTest {

    private static final CountingConfig CONFIG = CountingConfig.from(Settings.of(Map.of()));

    @TempDir
    private Path directory;

    @Test
    void capsule_givesBackEveryRecordByteForByte() throws IOException {
        List<ConsumerRecord<byte[], byte[]>> records = List.of(call(1, "a"),
                record("throughline.llm", 2, null, null), record("throughline.llm", 3, new byte[]{(byte) 0xff, 0},
                        new byte[]{'{', (byte) 0xc3}),
                record("throughline.llm", 4, null, "{\"a\":1}".getBytes(UTF_16LE)),
                record("throughline.llm", 5, null, "\uFEFF{\"a\":1}".getBytes(UTF_8)),
                record("throughline.logs", 1, "k".getBytes(UTF_8),
                        "{\"message\":\"grün \\u00e9 \\ud83d\\ude00\",\"n\":1.10}".getBytes(UTF_8)));

        Capsule read = Capsule.read(written(records));

        assertThat(read.records()).hasSameSizeAs(records);
        for (int i = 0; i < records.size(); i++) {
            assertThat(read.records().get(i).value()).isEqualTo(records.get(i).value());
            assertThat(read.records().get(i).key()).isEqualTo(records.get(i).key());
            assertThat(read.records().get(i).headers()).isEqualTo(records.get(i).headers());
            assertThat(Coordinates.of(read.records().get(i))).isEqualTo(Coordinates.of(records.get(i)));
            assertThat(read.records().get(i).timestamp()).isEqualTo(records.get(i).timestamp());
        }
        assertThat(read.manifest().query()).containsExactly("--trace", "abc");
        assertThat(read.topics()).containsExactly("throughline.llm", "throughline.logs");
    }

    @Test
    void records_countByTheLiveRules() throws IOException {
        Capsule capsule = Capsule.read(written(List.of(call(1, "a"), call(2, "b"), call(3, "b"))));
        assertThat(successes(capsule))
                .as("two calls, one of them sent twice").isEqualByComparingTo("2");
    }

    @Test
    void changedCapsule_isRefused() throws IOException {
        Path changed = changed("records.ndjson", "374", "375");
        assertThatThrownBy(() -> Capsule.read(changed)).isInstanceOf(ReplayException.class)
                .hasMessageContaining("was changed or is damaged").hasMessageContaining("records.ndjson");
        byte[] bytes = Files.readAllBytes(changed);
        bytes[bytes.length / 2] ^= 0x55;
        Path damaged = Files.write(directory.resolve("damaged"), bytes);
        assertThatThrownBy(() -> Capsule.read(damaged)).isInstanceOf(ReplayException.class)
                .hasMessageContaining(damaged + " was changed or is damaged");
        Path other = Files.writeString(directory.resolve("other"), "no archive");
        assertThatThrownBy(() -> Capsule.read(other)).isInstanceOf(ReplayException.class)
                .hasMessageContaining("is no capsule");
    }

    @Test
    void capsuleWithoutTheSumOfAnEntry_isRefused() throws IOException {
        Path changed = changed("SHA256SUMS", "(?m)^.*records.ndjson\\n", "");
        assertThatThrownBy(() -> Capsule.read(changed)).isInstanceOf(ReplayException.class)
                .hasMessageContaining("no sum of [records.ndjson]");
    }

    @Test
    void annotatedParameter_isTheCapsuleOfThatName(@CapsuleFile("incident.capsule") Capsule incident) {
        assertThat(incident.records()).isNotEmpty();
        assertThat(successes(incident))
                .isEqualByComparingTo("1");
    }

    private Path changed(String name, String pattern, String replacement) throws IOException {
        Path changed = directory.resolve("changed.capsule");
        try (var in = new ZipInputStream(Files.newInputStream(written(List.of(call(1, "a")))));
                var out = new ZipOutputStream(Files.newOutputStream(changed))) {
            ZipEntry entry;
            while ((entry = in.getNextEntry()) != null) {
                byte[] content = in.readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(entry.getName().equals(name)
                        ? new String(content, UTF_8).replaceAll(pattern, replacement).getBytes(UTF_8)
                        : content);
            }
        }
        return changed;
    }

    private static BigDecimal successes(Capsule capsule) {
        return Objects.requireNonNull(capsule.count(CONFIG)
                .get(new Series(Metric.LLM_REQUESTS, List.of("gpt-4o", "success")))).sum();
    }

    private Path written(List<ConsumerRecord<byte[], byte[]>> records) throws IOException {
        Path file = directory.resolve("test.capsule");
        Capsule.of(new ArrayList<>(records), Instant.parse("2026-01-28T16:00:00Z"), List.of("--trace", "abc"),
                "throughline.", Map.of("key", 1L)).write(file, "throughline.logs", "{}".getBytes(UTF_8));
        return file;
    }

    private static ConsumerRecord<byte[], byte[]> call(long offset, String eventId) {
        return record("throughline.llm", offset, "k".getBytes(UTF_8),
                """
                        {"event_id":"%s","event_type":"llm.completed","timestamp":"2026-01-28T15:30:00.125Z","service":"writer",\
                        "model":"gpt-4o","status":"success","latency_seconds":1.420,"prompt_tokens":374,"completion_tokens":44}"""
                        .formatted(eventId).getBytes(UTF_8));
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, long offset, byte @Nullable [] key,
            byte @Nullable [] value) {
        var headers = new RecordHeaders();
        headers.add("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736".getBytes(UTF_8));
        headers.add("binary", new byte[]{(byte) 0xfe, 1});
        return new ConsumerRecord<>(topic, 0, offset, 1_769_614_200_125L, TimestampType.CREATE_TIME, 0, 0, key, value,
                headers, Optional.empty());
    }
}
