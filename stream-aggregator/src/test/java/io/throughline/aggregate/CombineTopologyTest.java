package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.event.CacheHit;
import io.throughline.event.CacheSize;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStatus;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.Origin;
import io.throughline.event.Topic;
import io.throughline.publish.DeadLetters;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CombineTopologyTest {

    private static final Instant NOON = Instant.parse("2026-01-28T12:00:00Z");
    private static final TraceContext TRACE = TraceContext.of("4bf92f3577b34da6a3ce929d0e0e4736");

    private static final BucketLayout LAYOUT = BucketLayout.bundled();

    private final WireRecords wire = new WireRecords(Topic.DEFAULT_PREFIX, Clock.systemUTC());
    private TopologyTestDriver driver;
    private TestOutputTopic<byte[], byte[]> series;
    private TestOutputTopic<byte[], byte[]> deadLetters;
    private final Map<CellKey, Cell> committed = new HashMap<>();

    @BeforeEach
    void startTopology(@TempDir Path stateDir) {
        var config = new CombineConfig(Map.of(), "test", stateDir, Duration.ofSeconds(1), 1, false,
                new CountingConfig(Topic.DEFAULT_PREFIX, 3, new JobLimits(Duration.ofHours(24), Map.of()),
                        Duration.ofMinutes(10), 1_000, Duration.ofHours(1), Prices.bundled(), LAYOUT));
        var properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:1");
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        driver = new TopologyTestDriver(CombineTopology.of(config, Map.of()), properties);
        series = driver.createOutputTopic(Topic.SERIES.name(Topic.DEFAULT_PREFIX), new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        deadLetters = driver.createOutputTopic(Topic.DEAD_LETTERS.name(Topic.DEFAULT_PREFIX),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @AfterEach
    void stopTopology() {
        driver.close();
    }

    @Test
    void event_isCommittedAsCellsOfEachSeriesItTouches() {
        pipe(llm("e1", "gpt-4o", LlmStatus.SUCCESS, 1.42, 374, 44), TRACE.withUserId("user_1"));

        assertThat(sum(Metric.LLM_REQUESTS, "gpt-4o", "success")).isEqualByComparingTo("1");
        assertThat(sum(Metric.LLM_REQUESTS, "gpt-4o", "timeout")).as("siblings are born at zero").isZero();
        assertThat(sum(Metric.LLM_TOKENS, "gpt-4o", "prompt")).isEqualByComparingTo("374");
        assertThat(distribution(Metric.LLM_LATENCY_SECONDS, "gpt-4o").sum().value()).isEqualByComparingTo("1.42");
        assertThat(distribution(Metric.TOKENS_USED, "gpt-4o").sum().value()).isEqualByComparingTo("418");
        assertThat(sum(Metric.LLM_COST_USD, "gpt-4o")).as("374 × 2.50 + 44 × 10 dollars a million")
                .isEqualByComparingTo("0.001375");
        assertThat(committed.entrySet()).filteredOn(e -> e.getKey().series().metric() == Metric.ACTIVE_USERS)
                .singleElement().satisfies(e -> assertThat(((Users) e.getValue()).distinct()).isEqualTo(1));
    }

    @Test
    void eventSentAgain_countsOnce() {
        for (int i = 0; i < 3; i++) {
            pipe(llm("same", "gpt-4o", LlmStatus.SUCCESS, 1, 1, 1), TRACE);
        }

        assertThat(sum(Metric.LLM_REQUESTS, "gpt-4o", "success")).isEqualByComparingTo("1");
        assertThat(sum(Metric.THROUGHLINE_DUPLICATES, "throughline.llm")).isEqualByComparingTo("2");
        assertThatNothingIsUnaccountedFor("throughline.llm", 3);
    }

    @Test
    void recordThatAReplayPublished_isLeftOut() {
        ProducerRecord<byte[], byte[]> record = wire.of(llm("e1", "gpt-4o", LlmStatus.ERROR, 1, 1, 1), TRACE);
        TraceHeaders.put(record.headers(), WireRecords.REPLAY_ID, "investigation-7");
        pipe(record);

        assertThat(committed).doesNotContainKey(new CellKey(new Series(Metric.LLM_REQUESTS, List.of("gpt-4o", "error")),
                ""));
        assertThat(sum(Metric.THROUGHLINE_REPLAYED, "throughline.llm")).isEqualByComparingTo("1");
        assertThatNothingIsUnaccountedFor("throughline.llm", 1);
    }

    @Test
    void recordThatCannotBeUsed_goesToDeadLettersUntouchedAndTheNextOneCounts() {
        byte[] key = {0, 1, (byte) 0xff};
        byte[] value = "{\"event_type\":\"cache.hit\"".getBytes(StandardCharsets.UTF_8);
        var headers = new RecordHeaders().add("trace_id", new byte[]{'t'}).add("mine", new byte[]{(byte) 0xfe});
        pipe(new ProducerRecord<>("throughline.cache", 0, NOON.toEpochMilli(), key, value, headers));
        pipe(new CacheHit(origin("e2"), "prompts", new BigDecimal("0.002"), 300L), TRACE);

        TestRecord<byte[], byte[]> letter = deadLetters.readRecord();
        assertThat(letter.key()).isEqualTo(key);
        assertThat(letter.value()).isEqualTo(value);
        assertThat(letter.headers().lastHeader("mine").value()).containsExactly(0xfe);
        assertThat(TraceHeaders.text(letter.headers(), DeadLetters.REASON)).isEqualTo("not_json");
        assertThat(TraceHeaders.text(letter.headers(), DeadLetters.TOPIC)).isEqualTo("throughline.cache");
        assertThat(TraceHeaders.text(letter.headers(), DeadLetters.OFFSET)).isEqualTo("0");
        assertThat(sum(Metric.THROUGHLINE_DEAD_LETTERS, "throughline.cache", "not_json")).isEqualByComparingTo("1");
        assertThat(sum(Metric.CACHE_HITS)).isEqualByComparingTo("1");
        assertThat(sum(Metric.CACHE_SAVED_USD)).isEqualByComparingTo("0.002");
        assertThatNothingIsUnaccountedFor("throughline.cache", 2);
    }

    @Test
    void idsOfAnyLength_neitherGrowKeysNorStopTheStream() {
        pipe(new CacheHit(origin("e1"), "prompts", null, null), TRACE.withUserId("\"".repeat(600_000)));
        ProducerRecord<byte[], byte[]> record = wire.of(new CacheHit(origin("e2"), "prompts", null, null), TRACE);
        record.headers().remove(WireRecords.SCHEMA_VERSION);
        TraceHeaders.put(record.headers(), WireRecords.SCHEMA_VERSION, "9".repeat(700_000));
        pipe(record);

        assertThat(deadLetters.readRecordsToList()).hasSize(2).allSatisfy(letter -> assertThat(
                TraceHeaders.text(letter.headers(), DeadLetters.DETAIL)).hasSizeLessThan(600));
        assertThat(sum(Metric.THROUGHLINE_DEAD_LETTERS, "throughline.cache", "invalid_value"))
                .isEqualByComparingTo("1");
        assertThatNothingIsUnaccountedFor("throughline.cache", 2);
    }

    @Test
    void jobWithoutStatedDuration_getsItFromItsCreation() {
        pipe(new JobCompleted(origin("e2", NOON.plusSeconds(90)), "job_1", "video", JobStatus.SUCCESS, null, null),
                TRACE);
        assertThat(committed).doesNotContainKey(
                new CellKey(new Series(Metric.JOB_DURATION_SECONDS, List.of("video")), ""));

        pipe(new JobCreated(origin("e1", NOON), "job_1", "video"), TRACE);

        assertThat(distribution(Metric.JOB_DURATION_SECONDS, "video").sum().value()).isEqualByComparingTo("90");
        assertThat(sum(Metric.ACTIVE_JOBS)).as("completed before it was seen to be created").isZero();
    }

    @Test
    void labelValuesBeyondTheLimit_foldIntoOtherAndTotalsStayExact() {
        for (String model : List.of("a", "b", "c", "d", "e", "a")) {
            pipe(llm("of-" + model + committed.size(), model, LlmStatus.SUCCESS, 1, 10, 0), TRACE);
        }

        assertThat(sum(Metric.LLM_REQUESTS, "a", "success")).isEqualByComparingTo("2");
        assertThat(sum(Metric.LLM_REQUESTS, "other", "success")).isEqualByComparingTo("2");
        assertThat(sum(Metric.THROUGHLINE_LABEL_OVERFLOW, "llm_requests_total")).isEqualByComparingTo("2");
    }

    @Test
    void cacheSize_keepsTheNewestByEventTimeOfEachInstance() {
        pipe(new CacheSize(origin("e1", NOON.plusSeconds(5)), "prompts", 70, "writer-1"), TRACE);
        pipe(new CacheSize(origin("e2", NOON), "prompts", 10, "writer-1"), TRACE);

        assertThat(committed.entrySet()).filteredOn(e -> e.getKey().series().metric() == Metric.CACHE_ENTRIES)
                .singleElement().satisfies(e -> assertThat(((Newest) e.getValue()).valueNanos())
                        .isEqualTo(Nanos.ofWhole(70)));
    }

    @Test
    void clockThatRunsAhead_doesNotHoldBackNewerValues() {
        var ahead = new CacheSize(origin("e1", Instant.parse("2099-01-01T00:00:00Z")), "prompts", 70, "writer-1");
        ProducerRecord<byte[], byte[]> record = wire.of(ahead, TRACE);
        pipe(new ProducerRecord<>(record.topic(), 0, NOON.toEpochMilli(), record.key(), record.value(),
                record.headers()));
        pipe(new CacheSize(origin("e2", NOON.plusSeconds(1)), "prompts", 10, "writer-1"), TRACE);

        assertThat(committed.entrySet()).filteredOn(e -> e.getKey().series().metric() == Metric.CACHE_ENTRIES)
                .singleElement().satisfies(e -> assertThat(((Newest) e.getValue()).valueNanos())
                        .isEqualTo(Nanos.ofWhole(10)));
    }

    private void assertThatNothingIsUnaccountedFor(String topic, int published) {
        BigDecimal deadLettered = committed.entrySet().stream()
                .filter(e -> e.getKey().series().metric() == Metric.THROUGHLINE_DEAD_LETTERS
                        && e.getKey().series().labelValues().get(0).equals(topic))
                .map(e -> ((Sum) e.getValue()).value()).reduce(BigDecimal.ZERO, BigDecimal::add);
        assertThat(sum(Metric.THROUGHLINE_CONSUMED, topic)).isEqualByComparingTo(BigDecimal.valueOf(published))
                .isEqualByComparingTo(sum(Metric.THROUGHLINE_COUNTED, topic)
                        .add(sum(Metric.THROUGHLINE_DUPLICATES, topic)).add(sum(Metric.THROUGHLINE_REPLAYED, topic))
                        .add(deadLettered));
    }

    private BigDecimal sum(Metric metric, String... labelValues) {
        Cell cell = cell(metric, labelValues);
        return cell == null ? BigDecimal.ZERO : ((Sum) cell).value();
    }

    private Distribution distribution(Metric metric, String... labelValues) {
        return (Distribution) Objects.requireNonNull(cell(metric, labelValues));
    }

    private @Nullable Cell cell(Metric metric, String... labelValues) {
        return committed.get(new CellKey(new Series(metric, List.of(labelValues)), ""));
    }

    private void pipe(Event event, TraceContext context) {
        pipe(wire.of(event, context));
    }

    private void pipe(ProducerRecord<byte[], byte[]> record) {
        driver.createInputTopic(record.topic(), new ByteArraySerializer(), new ByteArraySerializer()).pipeInput(
                new TestRecord<>(record.key(), record.value(), record.headers(),
                        Objects.requireNonNull(record.timestamp())));
        series.readKeyValuesToList().forEach(entry -> {
            CellKey key = CellCodec.decodeKey(entry.key).cell();
            committed.put(key, CellCodec.decode(key.series().metric(), entry.value, LAYOUT));
        });
    }

    private static LlmCompleted llm(String id, String model, LlmStatus status, double latency, long prompt,
            long completion) {
        return new LlmCompleted(origin(id), model, status, latency, prompt, completion, null, "openai", null, null,
                null);
    }

    private static Origin origin(String id) {
        return origin(id, NOON);
    }

    private static Origin origin(String id, Instant at) {
        return new Origin(id, at, "script-writer");
    }
}
