package io.throughline.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.publish.HeaderBytes;
import io.throughline.publish.Settings;
import io.throughline.publish.WireHeaders;
import io.throughline.trace.TraceContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records as a Kafka client decodes them from a broker's answer, packed, against what the client itself says of them. */
class PackedRecordsTest {

    private static final TopicPartition FROM = new TopicPartition("throughline.llm", 3);
    private static final List<String> NAMES = List.of("trace_id", "request_id", "user_id", "job_id", "batch_id",
            "traceparent", "schema_version", "replay_id", "event_type", "", "name_ß", "x".repeat(200));
    private static final List<String> TEXTS = List.of("", " ", "1", "2", "4bf92f3577b34da6a3ce929d0e0e4736",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "Müller", "y".repeat(600));

    static Stream<Compression> compressions() {
        return Stream.of(Compression.NONE, Compression.gzip().build(), Compression.lz4().build());
    }

    @ParameterizedTest
    @MethodSource("compressions")
    void records_comeOutAsTheClientReadThem(Compression compression) {
        int packed = 0;
        for (int seed = 0; seed < 50; seed++) {
            List<ConsumerRecord<ByteBuffer, ByteBuffer>> polled = polled(new Random(seed), compression);
            var records = new PackedRecords(FROM, polled);
            for (int i = 0; i < polled.size(); i++) {
                ConsumerRecord<ByteBuffer, ByteBuffer> expected = polled.get(i);
                ConsumerRecord<byte[], byte[]> record = records.record(i);
                assertThat(record.offset()).isEqualTo(expected.offset());
                assertThat(record.timestamp()).isEqualTo(expected.timestamp());
                assertThat(record.key()).isEqualTo(content(expected.key()));
                assertThat(record.value()).isEqualTo(content(expected.value()));
                assertThat(record.headers().toArray()).as("seed %d record %d", seed, i)
                        .isEqualTo(expected.headers().toArray());
                if (records.isPacked(i)) {
                    packed++;
                    assertThat(WireHeaders.counted(new HeaderBytes(), records.bytes(), records.headerStart(i),
                            records.end(i))).isEqualTo(counted(WireHeaders.read(expected.headers())));
                } else {
                    assertThat(expected.key() == null || expected.value() == null).isTrue();
                }
            }
        }
        assertThat(packed).isGreaterThan(500);
    }

    @Test
    void headersOtherThanThoseBehindTheValue_leaveTheRecordAsItIs() {
        ConsumerRecord<ByteBuffer, ByteBuffer> polled = polled(Compression.NONE,
                new SimpleRecord(1_769_614_200_000L, "k".getBytes(UTF_8), "v".getBytes(UTF_8), new Header[0]))
                .getFirst();
        polled.headers().add("added", "by an interceptor".getBytes(UTF_8));

        var records = new PackedRecords(FROM, List.of(polled));

        assertThat(records.isPacked(0)).isFalse();
        assertThat(records.record(0).headers().lastHeader("added").value()).asString().isEqualTo("by an interceptor");
        assertThat(records.record(0).value()).asString().isEqualTo("v");
    }

    @Test
    void carrierOfABatch_standsAtItsFirstOffset_soThatARestartSkipsNothing() {
        List<ConsumerRecord<ByteBuffer, ByteBuffer>> polled = polled(Compression.NONE,
                new SimpleRecord(1L, "k".getBytes(UTF_8), "1".getBytes(UTF_8), new Header[0]),
                new SimpleRecord(2L, "k".getBytes(UTF_8), "2".getBytes(UTF_8), new Header[0]));

        ConsumerRecord<byte[], byte[]> carrier = new Batch(new PackedRecords(FROM, polled)).carrier(Optional.empty());

        assertThat(carrier.offset()).isEqualTo(polled.getFirst().offset());
        assertThat(carrier.timestamp()).isEqualTo(2);
        assertThat(Objects.requireNonNull(Batch.in(carrier.headers())).records().size()).isEqualTo(2);
    }

    @Test
    void idOfTheHeaders_goesBeforeThatOfTheBody_packedOrNot() {
        byte[] value = """
                {"event_id":"e","event_type":"cache.miss","timestamp":"2026-01-28T15:30:00Z","service":"s","cache":"c",\
                "request_id":12345,"job_id":true,"batch_id":[]}""".getBytes(UTF_8);
        for (List<String> ids : List.of(List.of("request_id", "job_id", "batch_id"), List.of("request_id"))) {
            List<Header> headers = new ArrayList<>(List.of(new RecordHeader("trace_id", "t".getBytes(UTF_8))));
            ids.forEach(id -> headers.add(new RecordHeader(id, "r1".getBytes(UTF_8))));
            var sent = new SimpleRecord(1_769_614_200_000L, "t".getBytes(UTF_8), value,
                    headers.toArray(Header[]::new));
            var packed = new PackedRecords(new TopicPartition("throughline.cache", 0),
                    polled(Compression.NONE, sent));
            assertThat(packed.isPacked(0)).isTrue();

            CountingConfig config = CountingConfig.from(Settings.of(Map.of()));
            Outcome asBytes = new PartitionCounter(config).take(new Received.Packed(packed).at(0), 1);
            assertThat(asBytes.getClass()).isEqualTo(new PartitionCounter(config).take(
                    new ConsumerRecord<>("throughline.cache", 0, 0, 1_769_614_200_000L, TimestampType.CREATE_TIME, 0, 0,
                            "t".getBytes(UTF_8), value, new RecordHeaders(headers), Optional.empty()),
                    1).getClass());
            assertThat(asBytes instanceof Outcome.DeadLetter).isEqualTo(ids.size() < 3);
        }
    }

    /** That the ids that count nothing are there, and one that may be too long. */
    private static WireHeaders counted(WireHeaders all) {
        TraceContext context = all.context();
        return context == null
                ? all
                : new WireHeaders(all.isReplayed(), all.schemaVersion(), new TraceContext(context.traceId(),
                        longOne(context.requestId()), context.userId(), longOne(context.jobId()),
                        longOne(context.batchId())));
    }

    private static @Nullable String longOne(@Nullable String id) {
        return id == null || id.length() > 512 ? id : WireHeaders.SOME;
    }

    private static List<ConsumerRecord<ByteBuffer, ByteBuffer>> polled(Random random, Compression compression) {
        SimpleRecord[] sent = IntStream.range(0, 1 + random.nextInt(30)).mapToObj(i -> new SimpleRecord(
                1_700_000_000_000L + random.nextInt(100_000), bytes(random), bytes(random), headers(random)))
                .toArray(SimpleRecord[]::new);
        return polled(compression, sent);
    }

    private static List<ConsumerRecord<ByteBuffer, ByteBuffer>> polled(Compression compression, SimpleRecord... sent) {
        List<ConsumerRecord<ByteBuffer, ByteBuffer>> polled = new ArrayList<>();
        for (Record record : MemoryRecords.withRecords(compression, sent).records()) {
            polled.add(new ConsumerRecord<>(FROM.topic(), FROM.partition(), record.offset(), record.timestamp(),
                    TimestampType.CREATE_TIME, record.keySize(), record.valueSize(), record.key(), record.value(),
                    new RecordHeaders(record.headers()), Optional.empty()));
        }
        return polled;
    }

    private static Header[] headers(Random random) {
        return IntStream.range(0, random.nextInt(8)).mapToObj(i -> new RecordHeader(
                NAMES.get(random.nextInt(NAMES.size())),
                random.nextInt(10) == 0 ? null : TEXTS.get(random.nextInt(TEXTS.size())).getBytes(UTF_8)))
                .toArray(Header[]::new);
    }

    private static byte @Nullable [] bytes(Random random) {
        if (random.nextInt(10) == 0) {
            return null;
        }
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte @Nullable [] content(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] content = new byte[buffer.remaining()];
        buffer.duplicate().get(content);
        return content;
    }
}
