package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two shippers that hold different partitions, and both one record: what either answers for both. */
class PeersTest {

    private static final Instant EARLY = Instant.parse("2026-01-28T16:00:00Z");
    private static final Instant LATE = Instant.parse("2026-01-28T17:00:00Z");

    @TempDir
    private Path dir;
    private LuceneStore mine;
    private LuceneStore theirs;
    private HttpEndpoint other;
    private Peers peers;

    @BeforeEach
    void start() throws IOException {
        mine = Samples.store(dir.resolve("a"));
        theirs = Samples.store(dir.resolve("b"));
        for (int i = 0; i < 40; i++) {
            (i % 2 == 0 ? mine : theirs).append(line(i % 2, i));
        }
        theirs.append(Samples.entry(Samples.event("jobs", 0, "job.created", "59",
                ",\"job_id\":\"j\",\"job_type\":\"v\",\"own\":\n 1.50")));
        // One that both hold, as after a crash between the store's commit and Kafka's.
        mine.append(line(2, 45));
        theirs.append(line(2, 45));
        mine.refresh();
        theirs.refresh();
        var api = new PeerApi(new LocalSearch(theirs, () -> EARLY), "b");
        other = HttpEndpoint.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Executors.newVirtualThreadPerTaskExecutor());
        api.routes(other);
        other.start();
        peers = peers("127.0.0.1:" + other.port());
    }

    @AfterEach
    void stop() {
        peers.close();
        other.close();
        mine.close();
        theirs.close();
    }

    @Test
    void trace_isPutTogetherInOrder_eachRecordOnce() throws IOException {
        var trace = peers.trace("t1");
        assertThat(trace.entries()).hasSize(42).isSortedAccordingTo(StoredEntry.CAUSAL);
        assertThat(trace.coverage()).isEqualTo(new Coverage(EARLY, List.of()));
        var event = trace.entries().getLast();
        assertThat(event.kind()).isEqualTo(Kind.EVENT);
        assertThat(event.json()).contains("\"own\":  1.50");
        assertThat(event.context().userId()).isEqualTo("u1");
    }

    @Test
    void cursor_walksBothStoresOnceInBothOrders() throws IOException {
        for (Order order : Order.values()) {
            List<String> seen = new ArrayList<>();
            Cursor cursor = null;
            do {
                var page = peers.search(new LogQuery(java.util.Set.of(Kind.LOG), Map.of(), java.util.Set.of(), null,
                        null, null, order, 7, cursor));
                assertThat(page.entries().size()).isLessThanOrEqualTo(7);
                seen.addAll(page.lines());
                cursor = page.next();
            } while (cursor != null);
            assertThat(seen).hasSize(41).doesNotHaveDuplicates();
        }
    }

    @Test
    void questions_reachTheOtherUnchanged() throws IOException, Problem {
        var query = Parameters.logQuery("kind=all&level=ERROR,INFO&from=2026-01-28T15:30:01Z&to=2026-01-28T15:30:59Z"
                + "&q=line%20-nothing%20(li*%20OR%20%22line%203%22)&user_id=u%20%26%2B1&order=oldest&limit=5");
        assertThat(Parameters.logQuery(Parameters.encode(query))).isEqualTo(query);
        var one = Parameters.logQuery("q=%22line%2033%22");
        assertThat(peers.search(one).entries()).hasSize(1);
    }

    @Test
    void peerThatDoesNotAnswer_isNamed_andTheRestIsThere() throws IOException {
        try (var some = peers("127.0.0.1:" + other.port(), "127.0.0.1:1", "no-such-host.invalid:8001")) {
            var page = some.search(LogQuery.newest(100));
            assertThat(page.entries()).hasSize(41);
            assertThat(page.coverage().complete()).isFalse();
            assertThat(page.coverage().missing()).containsExactly("127.0.0.1:1", "no-such-host.invalid:8001");
        }
    }

    @Test
    void traceOfWhichAPeerMayHoldMore_saysSo_andIsNotComplete() throws IOException {
        try (var some = peers("127.0.0.1:1")) {
            var story = TraceAnswer.of(Story.of("t1", some.trace("t1")));
            assertThat(story.path("complete").booleanValue()).isFalse();
            assertThat(story.path("missing").toString()).contains("127.0.0.1:1 did not answer");
        }
    }

    @Test
    void itself_amongThePeers_isNotAskedTwice() throws IOException {
        try (var alone = new Peers(new LocalSearch(theirs, () -> LATE), "b", List.of("127.0.0.1:" + other.port()))) {
            var page = alone.search(LogQuery.newest(100));
            assertThat(page.total()).isEqualTo(21);
            assertThat(page.coverage()).isEqualTo(new Coverage(LATE, List.of()));
        }
    }

    @Test
    void histogramWithoutAPeer_namesIt() throws IOException {
        try (var some = peers("127.0.0.1:1")) {
            Set<String> missing = new HashSet<>();
            assertThat(Histogram.of(some, LogQuery.newest(100), 10, missing).get("total").intValue()).isEqualTo(21);
            assertThat(missing).containsExactly("127.0.0.1:1");
        }
    }

    /** A tail shows what one shipper takes, and has to name the others; those that are away too. */
    @Test
    void others_areNamed_withoutThisOne() {
        try (var some = peers("127.0.0.1:" + other.port(), "127.0.0.1:1")) {
            assertThat(some.others()).containsExactlyInAnyOrder("127.0.0.1:" + other.port(), "127.0.0.1:1");
        }
        try (var alone = new Peers(new LocalSearch(theirs, () -> LATE), "b", List.of("127.0.0.1:" + other.port()))) {
            assertThat(alone.others()).isEmpty();
        }
    }

    @Test
    void countsAndServices_areOfBoth() throws IOException {
        var slices = new TimeSlices(Instant.parse("2026-01-28T15:30:00Z"), Duration.ofSeconds(30), 2);
        assertThat(peers.counts(LogQuery.newest(1), slices)).containsExactly(30, 12);
        assertThat(peers.services()).containsExactly("api", "s0", "s1", "s2");
    }

    private Peers peers(String... others) {
        return new Peers(new LocalSearch(mine, () -> LATE), "a", List.of(others));
    }

    private static Entry line(int partition, int second) {
        return Samples.entry(Samples.record(new TopicPartition("throughline.logs", partition), second,
                Map.of("trace_id", "t1"), """
                        {"timestamp":"2026-01-28T15:30:%02dZ","level":"INFO","message":"line %d","service":"s%d"}"""
                        .formatted(second, second, partition)));
    }
}
