package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.Origin;
import io.throughline.event.Topic;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceContext;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Input partitions that are counted by one process, and share the limit of label values. */
class AdmissionTest {

    private static final Instant NOON = Instant.parse("2026-01-28T12:00:00Z");
    private static final CountingConfig CONFIG = config(10);

    private final WireRecords wire = new WireRecords(Topic.DEFAULT_PREFIX, Clock.systemUTC());
    private Admission admission = new Admission(3);
    private final Map<Integer, Input> inputs = new TreeMap<>();
    private int events;

    private static CountingConfig config(int limit) {
        return new CountingConfig(Topic.DEFAULT_PREFIX, limit, new JobLimits(Duration.ofHours(24), Map.of()),
                Duration.ofMinutes(10), 1_000, Duration.ofHours(1), Prices.bundled(), BucketLayout.bundled());
    }

    /** One input partition, with what was committed for it. */
    private final class Input implements CounterState.Output {
        final int number;
        final CountingConfig config;
        PartitionCounter counter;
        final Map<Bytes, byte[]> store = new TreeMap<>();
        final Map<Series, Cell> shown = new HashMap<>();
        final Map<Series, Cell> windows = new HashMap<>();
        long offset;

        Input(int number, CountingConfig config) {
            this.number = number;
            this.config = config;
            this.counter = new PartitionCounter(config, Map.of(), admission);
        }

        void call(String model) {
            String id = "event-" + events++;
            var event = new LlmCompleted(new Origin(id, NOON.plusSeconds(events), "script-writer"), model,
                    LlmStatus.SUCCESS, 1.5, 10, 5, null, "openai", null, null, null);
            ProducerRecord<byte[], byte[]> record = wire.of(event, TraceContext.of("trace-" + id));
            assertThat(counter.take(new ConsumerRecord<>(record.topic(), number, offset++,
                    Objects.requireNonNull(record.timestamp()), TimestampType.CREATE_TIME, 0, 0, record.key(),
                    record.value(), record.headers(), Optional.empty()), 1)).isEqualTo(Outcome.Plain.COUNTED);
        }

        void commit() {
            CounterState.save(counter, new WireKeys(number), (key, value) -> {
                if (value == null) {
                    store.remove(key);
                } else {
                    store.put(key, value);
                }
            }, this);
        }

        void restart() {
            counter = new PartitionCounter(config, Map.of(), admission);
            store.forEach((key, value) -> CounterState.restore(counter, key, value, BucketLayout.bundled()));
            counter.restored();
        }

        @Override
        public void series(byte[] key, byte @Nullable [] value) {
            Series series = CellCodec.decodeKey(key).cell().series();
            shown.put(series, CellCodec.decode(series.metric(), Objects.requireNonNull(value), BucketLayout.bundled()));
        }

        @Override
        public void window(byte[] key, byte[] value) {
            Series series = WindowCodec.decodeKey(key).cell().series();
            windows.put(series, CellCodec.decode(series.metric(), value, BucketLayout.bundled()));
        }
    }

    @Test
    void valuesBeyondTheLimitOfAllInputs_areShownAsOther() {
        List.of("a", "b", "c").forEach(input(0)::call);
        List.of("c", "d", "e", "e", "a").forEach(input(1)::call);
        commit();

        assertThat(requests()).isEqualTo(Map.of("a", "2", "b", "1", "c", "2", "other", "3"));
        assertThat(tokens("other")).isEqualTo(45);
        assertThat(total(new Series(Metric.THROUGHLINE_LABEL_OVERFLOW, List.of("llm_requests_total"))))
                .isEqualByComparingTo("3");

        input(1).call("d");
        commit();
        assertThat(requests()).as("nothing but a folded value counted since").containsEntry("other", "4");
    }

    @Test
    void windows_keepWhatTheInputHasRoomFor() {
        List.of("a", "b", "c").forEach(input(0)::call);
        List.of("c", "d", "e").forEach(input(1)::call);
        commit();

        assertThat(input(1).windows.keySet()).filteredOn(series -> series.metric() == Metric.TOKENS_USED)
                .extracting(series -> series.labelValues().getFirst()).containsExactlyInAnyOrder("c", "d", "e");
        assertThat(input(1).windows.keySet()).noneMatch(
                series -> series.metric() == Metric.THROUGHLINE_LABEL_OVERFLOW);
    }

    @Test
    void afterARestart_whatWasShownIsShownAndTheRestGoesOnAsOther() {
        List.of("a", "b", "c").forEach(input(0)::call);
        List.of("d", "c").forEach(input(1)::call);
        commit();
        admission = new Admission(3);
        inputs.values().forEach(Input::restart);

        List.of("d", "a", "f").forEach(input(1)::call);
        commit();

        assertThat(requests()).isEqualTo(Map.of("a", "2", "b", "1", "c", "2", "other", "3"));
    }

    @Test
    void afterARestart_windowsAreThoseOfOneThatNeverStopped() {
        var config = config(2);
        List<String> models = List.of("c", "d", "e", "c", "other", "f");
        var live = new Input(1, config);
        for (Metric metric : Metric.values()) {
            List.of("a", "b", "x").forEach(taken -> admission.admits(metric, List.of(taken)));
        }
        models.subList(0, 2).forEach(live::call);
        live.commit();
        admission = new Admission(3);
        live.restart();
        models.subList(2, models.size()).forEach(live::call);
        live.commit();

        admission = Admission.unlimited();
        events = 0;
        var alone = new Input(1, config);
        models.forEach(alone::call);
        alone.commit();
        assertThat(live.windows.keySet()).isEqualTo(alone.windows.keySet());
        assertThat(live.windows.keySet()).contains(new Series(Metric.TOKENS_USED, List.of("other")),
                new Series(Metric.TOKENS_USED, List.of("d"))).doesNotContain(
                        new Series(Metric.TOKENS_USED, List.of("e")));
    }

    @Test
    void statusesOfAFoldedModel_areOtherAtZero() {
        List.of("a", "b", "c", "d").forEach(input(0)::call);
        commit();

        assertThat(total(new Series(Metric.LLM_REQUESTS, List.of("other", "error")))).isZero();
        assertThat(shown()).doesNotContainKey(new Series(Metric.LLM_REQUESTS, List.of("d", "error")));
    }

    private Input input(int number) {
        return inputs.computeIfAbsent(number, each -> new Input(each, CONFIG));
    }

    private void commit() {
        inputs.values().forEach(Input::commit);
    }

    /** Calls that succeeded, by model, over all inputs. */
    private Map<String, String> requests() {
        Map<String, String> requests = new TreeMap<>();
        shown().forEach((series, cell) -> {
            if (series.metric() == Metric.LLM_REQUESTS && series.labelValues().get(1).equals("success")) {
                requests.put(series.labelValues().getFirst(), ((Sum) cell).value().toPlainString());
            }
        });
        requests.replaceAll((model, value) -> new BigDecimal(value).stripTrailingZeros().toPlainString());
        return requests;
    }

    private long tokens(String model) {
        var distribution = (Distribution) Objects.requireNonNull(
                shown().get(new Series(Metric.TOKENS_USED, List.of(model))));
        return distribution.sum().value().longValueExact();
    }

    private BigDecimal total(Series series) {
        return ((Sum) Objects.requireNonNull(shown().get(series))).value();
    }

    private Map<Series, Cell> shown() {
        Map<Series, Cell> all = new HashMap<>();
        inputs.values().forEach(input -> input.shown.forEach((series, cell) -> {
            Cell into = all.computeIfAbsent(series,
                    each -> Cell.empty(each.metric(), BucketLayout.bundled(), Long.MAX_VALUE));
            into.mergeWith(cell);
        }));
        return all;
    }
}
