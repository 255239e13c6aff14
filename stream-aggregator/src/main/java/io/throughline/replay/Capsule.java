package io.throughline.replay;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.aggregate.CountingConfig;
import io.throughline.aggregate.Series;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Records of a trace or a period in one file, so that an incident can be looked at without its brokers: a ZIP archive of
 * {@code manifest.json} (what is in it, and what was asked), {@code records.ndjson} (every record with its headers),
 * {@code logs.ndjson} (the log lines alone), {@code metrics.json} (what the records count) and {@code SHA256SUMS}, which
 * {@code sha256sum -c} understands.
 *
 * <p>Everything is in memory. Immutable.
 */
public final class Capsule {

    private static final String MANIFEST = "manifest.json";
    private static final String RECORDS = "records.ndjson";
    private static final String LOGS = "logs.ndjson";
    private static final String METRICS = "metrics.json";
    private static final String SUMS = "SHA256SUMS";
    private static final long LARGEST = 1L << 30;
    private static final JsonMapper JSON = new JsonMapper();

    private final Manifest manifest;
    private final List<ConsumerRecord<byte[], byte[]>> records;

    /**
     * What a capsule says of itself.
     *
     * @param capsule the version of the format, 1
     * @param createdAt RFC 3339
     * @param query the arguments it was made with
     * @param topicPrefix what the names of the topics begin with
     * @param records how many there are
     * @param redacted how many secrets were taken out, by kind
     */
    public record Manifest(int capsule, @JsonProperty("created_at") String createdAt, List<String> query,
            @JsonProperty("topic_prefix") String topicPrefix, long records, Map<String, Long> redacted) {}

    private Capsule(Manifest manifest, List<ConsumerRecord<byte[], byte[]>> records) {
        this.manifest = manifest;
        this.records = List.copyOf(records);
    }

    /** A capsule of these records, which are kept in this order. */
    public static Capsule of(List<ConsumerRecord<byte[], byte[]>> records, Instant createdAt, List<String> query,
            String topicPrefix, Map<String, Long> redacted) {
        return new Capsule(new Manifest(1, createdAt.toString(), List.copyOf(query), topicPrefix, records.size(),
                Map.copyOf(redacted)), records);
    }

    /**
     * Reads a capsule and checks every sum.
     *
     * @throws ReplayException when the file is no capsule, is of a later format or was changed
     * @throws IOException when it cannot be read
     */
    public static Capsule read(Path file) throws IOException {
        Map<String, byte[]> entries = entries(file);
        byte[] sums = entries.get(SUMS);
        byte[] manifest = entries.get(MANIFEST);
        byte[] records = entries.get(RECORDS);
        if (sums == null || manifest == null || records == null) {
            throw new ReplayException(
                    file + " is no capsule: it has no " + (sums == null ? SUMS : manifest == null ? MANIFEST : RECORDS),
                    null);
        }
        Set<String> unchecked = new TreeSet<>(entries.keySet());
        unchecked.remove(SUMS);
        new String(sums, StandardCharsets.UTF_8).lines()
                .forEach(line -> unchecked.remove(checked(file, line, entries)));
        if (!unchecked.isEmpty()) {
            throw new ReplayException(file + " was changed: " + SUMS + " has no sum of " + unchecked, null);
        }
        Manifest read = JSON.readValue(manifest, Manifest.class);
        if (read.capsule() != 1) {
            throw new ReplayException(file + " is a capsule of format " + read.capsule() + ", this release reads 1",
                    null);
        }
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        for (String line : new String(records, StandardCharsets.UTF_8).split("\n", -1)) {
            if (!line.isEmpty()) {
                found.add(RecordJson.read(line));
            }
        }
        return new Capsule(read, found);
    }

    private static Map<String, byte[]> entries(Path file) throws IOException {
        try {
            return unzipped(file);
        } catch (ZipException e) {
            throw new ReplayException(file + " was changed or is damaged: " + e.getMessage(), e);
        }
    }

    private static Map<String, byte[]> unzipped(Path file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        long left = LARGEST;
        try (InputStream in = Files.newInputStream(file); var zip = new ZipInputStream(in)) {
            ZipEntry entry;
            while ((entry = zip.getNextEntry()) != null) {
                byte[] content = zip.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, left + 1));
                left -= content.length;
                if (left < 0) {
                    throw new ReplayException(file + " unpacks to more than 1 GiB", null);
                }
                entries.put(entry.getName(), content);
            }
        }
        return entries;
    }

    private static String checked(Path file, String line, Map<String, byte[]> entries) {
        String[] parts = line.split(" {2}", 2);
        byte[] content = parts.length == 2 ? entries.get(parts[1]) : null;
        if (content == null || !sum(content).equals(parts[0])) {
            throw new ReplayException(file + " was changed or is damaged: " + line + " does not hold", null);
        }
        return parts[1];
    }

    /**
     * Writes the archive.
     *
     * @param logsTopic the topic whose values are log lines
     * @param metrics what the records count, as JSON
     */
    public void write(Path file, String logsTopic, byte[] metrics) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(MANIFEST, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
        entries.put(RECORDS, lines());
        entries.put(LOGS, logs(logsTopic));
        entries.put(METRICS, metrics);
        var sums = new StringBuilder();
        entries.forEach((name, content) -> sums.append(sum(content)).append("  ").append(name).append('\n'));
        entries.put(SUMS, sums.toString().getBytes(StandardCharsets.UTF_8));
        try (OutputStream out = Files.newOutputStream(file); var zip = new ZipOutputStream(out)) {
            for (var entry : entries.entrySet()) {
                var named = new ZipEntry(entry.getKey());
                named.setTime(Instant.parse(manifest.createdAt()).toEpochMilli());
                zip.putNextEntry(named);
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
    }

    private byte[] lines() throws IOException {
        var lines = new ByteArrayOutputStream();
        for (ConsumerRecord<byte[], byte[]> each : records) {
            lines.write(RecordJson.line(new InputRecord(each)));
            lines.write('\n');
        }
        return lines.toByteArray();
    }

    private byte[] logs(String logsTopic) throws IOException {
        var lines = new ByteArrayOutputStream();
        for (ConsumerRecord<byte[], byte[]> each : records) {
            var json = new InputRecord(each).json();
            if (each.topic().equals(logsTopic) && json.isObject()) {
                lines.write(json.toString().getBytes(StandardCharsets.UTF_8));
                lines.write('\n');
            }
        }
        return lines.toByteArray();
    }

    /** What it says of itself. */
    public Manifest manifest() {
        return manifest;
    }

    /** The records, in the order in which they were put in. */
    public List<ConsumerRecord<byte[], byte[]>> records() {
        return records;
    }

    /** The topics that it has records of. */
    public Set<String> topics() {
        Set<String> topics = new LinkedHashSet<>();
        records.forEach(each -> topics.add(each.topic()));
        return topics;
    }

    /** Hands over the records as live counts them: one partition number after the other, topics by their timestamps. */
    public void inCountingOrder(Predicate<ConsumerRecord<byte[], byte[]>> taker) {
        Map<Integer, Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>> byNumber = new TreeMap<>();
        records.forEach(each -> byNumber.computeIfAbsent(each.partition(), number -> new LinkedHashMap<>())
                .computeIfAbsent(new TopicPartition(each.topic(), each.partition()), unseen -> new ArrayList<>())
                .add(each));
        for (var partitions : byNumber.values()) {
            var lanes = new Lanes();
            partitions.forEach((partition, its) -> {
                its.sort((one, other) -> Long.compare(one.offset(), other.offset()));
                lanes.open(partition, 0, Long.MAX_VALUE);
                lanes.add(partition, its, Long.MAX_VALUE);
            });
            if (!lanes.deliver(taker)) {
                return;
            }
        }
    }

    /**
     * What these records count, from nothing, by the live rules: deduplication and life cycles know only what is in the
     * capsule.
     */
    public Map<Series, Totals> count(CountingConfig config) {
        var count = new Recount(config, TimeRange.ALL, true);
        Set<String> events = Set.copyOf(Recount.topics(config));
        inCountingOrder(each -> {
            if (events.contains(each.topic())) {
                count.count(each);
            }
            return true;
        });
        return count.cumulative();
    }

    private static String sum(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
