package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.serve.Problem;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every store does. */
interface StoreContract {

    TopicPartition SECOND = new TopicPartition("throughline.logs", 1);

    /** An empty store at first, and the same one, opened anew, each time after. */
    LogStore open() throws IOException;

    @Test
    default void records_areThereOnce_withTheirPositions_afterReopening() throws IOException {
        try (var store = open()) {
            fill(store, 0, 20);
            store.commit();
        }
        try (var store = open()) {
            assertThat(store.positions(Set.of(Samples.LOGS, SECOND))).isEqualTo(Map.of(Samples.LOGS, 10L, SECOND, 10L));
            assertThat(store.append(line(Samples.LOGS, 9))).isFalse();
            fill(store, 20, 30);
            store.commit();
            store.refresh();
            assertThat(store.size().documents()).isEqualTo(30);
            assertThat(store.trace("t1").entries()).hasSize(30).isSortedAccordingTo(StoredEntry.CAUSAL);
        }
    }

    @Test
    default void cursor_walksEveryRecordOnceInBothOrders() throws IOException {
        try (var store = open()) {
            fill(store, 0, 25);
            store.append(Samples.entry(Samples.event("jobs", 3, "job.created", "05",
                    ",\"job_id\":\"j\",\"job_type\":\"v\",\"own\":1.50")));
            store.commit();
            store.refresh();
            for (Order order : Order.values()) {
                List<StoredEntry> seen = new ArrayList<>();
                Cursor cursor = null;
                do {
                    var page = store.search(new LogQuery(Set.of(Kind.LOG, Kind.EVENT), Map.of(), Set.of(), null, null,
                            null, order, 7, cursor));
                    assertThat(page.total()).isEqualTo(26);
                    seen.addAll(page.entries());
                    cursor = page.next();
                } while (cursor != null);
                assertThat(seen).hasSize(26).doesNotHaveDuplicates().isSortedAccordingTo(order.comparator());
                assertThat(seen).filteredOn(entry -> entry.kind() == Kind.EVENT).singleElement().satisfies(event -> {
                    assertThat(event.topic()).isEqualTo("throughline.jobs");
                    assertThat(event.offset()).isEqualTo(3);
                    assertThat(event.context().jobId()).isEqualTo("j");
                    assertThat(event.context().userId()).isEqualTo("u1");
                    assertThat(event.json()).contains("\"own\":1.50");
                });
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"q=socket%20timeout|1", "q=socket%20OR%20cache|2", "q=socket%20-timeout|0",
            "q=time*|2", "q=%22timeout%20socket%22|0", "q=%22cache%20miss%22|1", "q=service:api|1", "q=NOT%20socket|2",
            "q=%22miss%20reset%22|0", "service=api|1", "level=ERROR|1", "min_level=WARNING|1", "trace_id=t1|3",
            "from=2026-01-28T15:30:01Z|2", "to=2026-01-28T15:30:01Z|1", "kind=event|0", "status_code=503|1",
            "error_code=E1|1", "user_id=nobody|0"})
    default void questions_findWhatTheyShould(String question, long total) throws IOException, Problem {
        try (var store = open()) {
            store.append(Samples.entry(Samples.line(0, "socket timeout",
                    ",\"service\":\"api\",\"status_code\":503,\"error_code\":\"E1\"")));
            store.append(Samples.entry(Samples.line(1, "cache miss", ",\"stack_trace\":\"reset at java.Cache\"")));
            store.append(Samples.entry(Samples.record(Samples.LOGS, 2, Map.of("trace_id", "t1"),
                    "{\"timestamp\":\"2026-01-28T15:30:02Z\",\"level\":\"ERROR\",\"message\":\"time flies\"}")));
            store.commit();
            store.refresh();
            assertThat(store.search(Parameters.logQuery(question)).total()).isEqualTo(total);
        }
    }

    @Test
    default void overview_countsAndNames() throws IOException {
        try (var store = open()) {
            fill(store, 0, 20);
            store.commit();
            store.refresh();
            var slices = new TimeSlices(Instant.parse("2026-01-28T15:30:00Z"), Duration.ofSeconds(5), 2);
            assertThat(store.counts(LogQuery.newest(1), slices)).containsExactly(10, 10);
            assertThat(store.services()).containsExactly("s");
        }
    }

    @Test
    default void topicCreatedAnew_goesBack() throws IOException {
        try (var store = open()) {
            fill(store, 0, 4);
            store.commit();
            store.restart(Samples.LOGS, 0);
        }
        try (var store = open()) {
            assertThat(store.positions(Set.of(Samples.LOGS))).containsEntry(Samples.LOGS, 0L);
        }
    }

    private static void fill(LogStore store, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            store.append(line(i % 2 == 0 ? Samples.LOGS : SECOND, i / 2));
        }
    }

    private static Entry line(TopicPartition partition, long offset) {
        return Samples.entry(Samples.record(partition, offset, Map.of("trace_id", "t1"), """
                {"timestamp":"2026-01-28T15:30:%02dZ","level":"INFO","message":"m","service":"s"}"""
                .formatted(offset)));
    }
}
