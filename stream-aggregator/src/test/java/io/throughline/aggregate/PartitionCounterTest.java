package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.event.CacheHit;
import io.throughline.event.CacheSize;
import io.throughline.event.DeadLetterReason;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.Origin;
import io.throughline.event.Topic;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PartitionCounterTest {

    private static final Instant NOON = Instant.parse("2026-01-28T12:00:00Z");
    private static final TraceContext TRACE = TraceContext.of("4bf92f3577b34da6a3ce929d0e0e4736");

    private final WireRecords wire = new WireRecords(Topic.DEFAULT_PREFIX, Clock.systemUTC());
    private final PartitionCounter counter = new PartitionCounter(new CountingConfig(Topic.DEFAULT_PREFIX, 1,
            new JobLimits(Duration.ofHours(24), Map.of()), Duration.ofMinutes(10), 1_000, Duration.ofHours(1),
            Prices.bundled(),
            BucketLayout.bundled()));

    @Test
    void outcome_saysWhatBecameOfARecord() {
        var event = new CacheHit(origin("e1"), "prompts", null, null);
        ConsumerRecord<byte[], byte[]> first = at(0, wire.of(event, TRACE));
        ProducerRecord<byte[], byte[]> replayed = wire.of(event, TRACE);
        TraceHeaders.put(replayed.headers(), WireRecords.REPLAY_ID, "investigation-7");
        ProducerRecord<byte[], byte[]> broken = new ProducerRecord<>("throughline.cache", null, NOON.toEpochMilli(),
                new byte[0], new byte[]{'{'});

        assertThat(counter.take(first, 1)).isEqualTo(Outcome.Plain.COUNTED);
        assertThat(counter.take(first, 1)).as("the same record").isEqualTo(Outcome.Plain.HELD);
        assertThat(counter.take(at(1, wire.of(event, TRACE)), 1)).isEqualTo(Outcome.Plain.DUPLICATE);
        assertThat(counter.take(at(2, replayed), 1)).isEqualTo(Outcome.Plain.REPLAYED);
        assertThat(counter.take(at(3, broken), 1)).isInstanceOfSatisfying(Outcome.DeadLetter.class,
                letter -> assertThat(letter.why().reason()).isEqualTo(DeadLetterReason.NOT_JSON));
    }

    @Test
    void listener_hearsEachObservationWhereItWent() {
        counter.take(at(0, wire.of(llm("e1", "gpt-4o"), TRACE)), 1);
        List<String> heard = new ArrayList<>();
        counter.listen((series, part, nanos, atNanos) -> {
            if (series.metric() == Metric.TOKENS_USED) {
                heard.add(series.labelValues() + " " + nanos / Nanos.ONE + " " + (atNanos == Nanos.ofInstant(NOON)));
            }
        });
        counter.take(at(1, wire.of(llm("e2", "gpt-4o"), TRACE)), 1);
        counter.take(at(2, wire.of(llm("e3", "beyond-the-limit"), TRACE)), 1);
        counter.listen(null);
        counter.take(at(3, wire.of(llm("e4", "gpt-4o"), TRACE)), 1);

        assertThat(heard).containsExactly("[gpt-4o] 418 true", "[other] 418 true");
    }

    @Test
    void instanceThatReportsNoMore_leavesTheSumAfterADay() {
        counter.take(at(0, wire.of(new CacheSize(origin("e1"), "prompts", 70, "gone"), TRACE)), 1);
        counter.take(at(1, wire.of(new CacheSize(origin("e2"), "prompts", 5, "stays"), TRACE)), 1);
        Map<CellKey, Cell> cells = drained();
        assertThat(parts(cells)).hasSize(2).doesNotContainNull();

        var later = new Origin("e3", NOON.plus(Duration.ofHours(24)).minusSeconds(1), "script-writer");
        counter.take(at(2, wire.of(new CacheSize(later, "prompts", 6, "stays"), TRACE)), 1);
        var afterADay = new Origin("e4", NOON.plus(Duration.ofHours(24)).plusSeconds(60), "script-writer");
        counter.take(at(3, wire.of(new CacheHit(afterADay, "prompts", null, null), TRACE)), 1);
        cells = drained();
        assertThat(parts(cells)).as("one is told anew, one is dropped").hasSize(2).containsOnlyOnce((Cell) null);
        assertThat(cells.get(new CellKey(new Series(Metric.THROUGHLINE_EXPIRED_CACHE_REPORTS, List.of()), "")))
                .isInstanceOfSatisfying(Sum.class, sum -> assertThat(sum.value()).isEqualByComparingTo("1"));
    }

    private Map<CellKey, Cell> drained() {
        Map<CellKey, Cell> cells = new HashMap<>();
        counter.drain(new CellSink() {
            @Override
            public void cell(CellKey key, @Nullable Cell cumulative) {
                cells.put(key, cumulative);
            }

            @Override
            public void window(CellKey key, long generation, long startMillis, Cell value) {
                // not looked at here
            }
        });
        return cells;
    }

    private static List<Cell> parts(Map<CellKey, Cell> cells) {
        List<Cell> parts = new ArrayList<>();
        cells.forEach((key, cell) -> {
            if (key.series().metric() == Metric.CACHE_ENTRIES) {
                parts.add(cell);
            }
        });
        return parts;
    }

    private static ConsumerRecord<byte[], byte[]> at(long offset, ProducerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(record.topic(), 0, offset, Objects.requireNonNull(record.timestamp()),
                TimestampType.CREATE_TIME, 0, 0, record.key(), record.value(), record.headers(), Optional.empty());
    }

    private static LlmCompleted llm(String id, String model) {
        return new LlmCompleted(origin(id), model, LlmStatus.SUCCESS, 1.42, 374, 44, null, "openai", null, null, null);
    }

    private static Origin origin(String id) {
        return new Origin(id, NOON, "script-writer");
    }
}
