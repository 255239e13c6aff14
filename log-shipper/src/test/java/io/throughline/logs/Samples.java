package io.throughline.logs;

import io.throughline.serve.HttpEndpoint;
import io.throughline.trace.TraceHeaders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.lucene.store.Directory;

/** Records for tests. */
final class Samples {

    static final String PREFIX = "throughline.";
    static final TopicPartition LOGS = new TopicPartition("throughline.logs", 0);
    static final RecordReader READER = new RecordReader(PREFIX);

    private Samples() {}

    static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset, Map<String, String> headers,
            String value) {
        var written = new RecordHeaders();
        headers.forEach((name, text) -> TraceHeaders.put(written, name, text));
        return new ConsumerRecord<>(partition.topic(), partition.partition(), offset, 0, TimestampType.CREATE_TIME, 0,
                0, "key".getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8), written,
                Optional.empty());
    }

    static ConsumerRecord<byte[], byte[]> line(long offset, String message) {
        return line(offset, message, "");
    }

    /** A log line of second {@code offset}; {@code more} is further JSON that begins with a comma. */
    static ConsumerRecord<byte[], byte[]> line(long offset, String message, String more) {
        return record(LOGS, offset, Map.of("trace_id", "t1"), """
                {"timestamp":"2026-01-28T15:30:%02dZ","level":"INFO","message":"%s"%s}""".formatted(offset % 60,
                message, more));
    }

    static ConsumerRecord<byte[], byte[]> event(String topic, long offset, String type, String second, String more) {
        return record(new TopicPartition(PREFIX + topic, 0), offset, Map.of("trace_id", "t1", "user_id", "u1"), """
                {"event_id":"e%d","event_type":"%s","timestamp":"2026-01-28T15:30:%sZ","service":"api"%s}""".formatted(
                offset, type, second, more));
    }

    /** A store that keeps everything. */
    static LuceneStore store(Path dir) throws IOException {
        return store(dir, UnaryOperator.identity());
    }

    /** A store on a disk. */
    static LuceneStore store(Path dir, UnaryOperator<Directory> disk) throws IOException {
        return LuceneStore.open(dir, PREFIX, Retention.forever(), Clock.systemUTC(), disk);
    }

    static Entry entry(ConsumerRecord<byte[], byte[]> record) {
        return ((Verdict.Keep) READER.read(record)).entry();
    }

    /** What a shipper answers from that store, on a free port. */
    static HttpEndpoint serve(LogSearch store, Tail tail) throws IOException {
        return Shipper.routes(HttpEndpoint.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Executors.newVirtualThreadPerTaskExecutor()), store, tail, URI.create("http://localhost:3000"),
                Clock.systemUTC()).start();
    }
}
