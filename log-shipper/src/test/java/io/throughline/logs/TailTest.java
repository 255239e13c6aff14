package io.throughline.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.serve.HttpEndpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In threads of their own: a heartbeat now and then keeps a reader that waits for something else from giving up. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class TailTest {

    private static final String J = "\"job_id\":\"j1\",\"job_type\":\"v\"";

    private final HttpClient client = HttpClient.newHttpClient();
    private final Tail tail = new Tail("run").start();
    private final List<Follower> followers = new ArrayList<>();
    @TempDir
    private Path dir;
    private LuceneStore store;
    private HttpEndpoint endpoint;
    private long offset;

    @BeforeEach
    void serve() throws IOException {
        store = Samples.store(dir);
        endpoint = Samples.serve(store, tail);
    }

    @AfterEach
    void stop() throws IOException {
        for (Follower follower : followers) {
            follower.close();
        }
        endpoint.close();
        tail.close();
        store.close();
    }

    @Test
    void lines_comeWhenTheyAreCommitted_andNotBefore() throws Exception {
        var reader = follow("/api/v1/tail");
        commit(new Shorts("t").log("api", "01", "", "INFO", "one"));
        take(new Shorts("t").log("api", "02", "", "INFO", "two"));
        assertThat(reader.next("log").data()).contains("\"message\":\"one\"");
        tail.forgotten();
        commit(new Shorts("t").log("api", "03", "", "INFO", "three"));
        assertThat(reader.next("log").data()).contains("\"message\":\"three\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"trace_id=t", "service=api", "level=ERROR", "min_level=ERROR", "job_id=j1", "user_id=u1",
            "q=%22it%20broke%22", "q=THEN", "kind=all&service=api", "request_id=req_1&min_level=WARNING"})
    void lines_areThoseThatASearchWouldFind(String query) throws Exception {
        var reader = follow("/api/v1/tail?" + query);
        commit(new Shorts("other").log("web", "01", "user_id=u2 request_id=r2", "INFO", "broke it"));
        commit(new Shorts("t").log("api", "02", "job_id=j1", "ERROR", "then it broke"));
        assertThat(reader.next("log").data()).contains("then it broke");
    }

    @Test
    void events_comeWithTheirPlace_whenTheyAreAskedFor() throws Exception {
        var reader = follow("/api/v1/tail?kind=event");
        commit(new Shorts("t").log("api", "01", "", "INFO", "no").event("jobs", "s", "02", "", "job.created", J));
        assertThat(reader.next("event").data()).contains("\"topic\":\"throughline.jobs\"", "\"job_id\":\"j1\"",
                "\"summary\":\"job j1 created (v)\"");
    }

    @Test
    void tailUntilAJobEnds_endsWithIt_andWithTheLinesRightBehind() throws Exception {
        var reader = follow("/api/v1/tail?job_id=j1&until=job_end");
        commit(new Shorts("t").log("api", "01", "job_id=j1", "INFO", "works"));
        commit(new Shorts("t").event("jobs", "s", "02", "", "job.completed", J + ",\"status\":\"failed\""));
        commit(new Shorts("t").log("api", "02", "job_id=j1", "ERROR", "last words"));
        assertThat(reader.next("log").data()).contains("works");
        assertThat(reader.next("log").data()).contains("last words");
        assertThat(reader.next("end").data()).isEqualTo(
                "{\"reason\":\"job_end\",\"job_id\":\"j1\",\"status\":\"failed\"}");
        assertThat(reader.line()).as("the answer is over").isNull();
    }

    @Test
    void tailUntilAJobEnds_thatHasEnded_showsTheBacklogAndEnds() throws Exception {
        commit(new Shorts("t").log("api", "01", "job_id=j1", "INFO", "works").event("jobs", "s", "02", "",
                "job.completed", J + ",\"status\":\"success\""));
        var reader = follow("/api/v1/tail?job_id=j1&until=job_end&backlog=10");
        assertThat(reader.next("log").data()).contains("works");
        assertThat(reader.next("end").data()).contains("success");
    }

    @Test
    void readerThatComesBack_getsWhatItMissed() throws Exception {
        var first = follow("/api/v1/tail");
        commit(new Shorts("t").log("api", "01", "", "INFO", "one"));
        String id = first.next("log").id();
        first.close();
        commit(new Shorts("t").log("api", "02", "", "INFO", "two"));
        assertThat(id).isEqualTo("run-1");
        var second = follow("/api/v1/tail", "Last-Event-ID: " + id);
        assertThat(second.next("log").data()).contains("two");
    }

    @Test
    void readerThatSawNothingYet_comesBackWithoutAGap() throws Exception {
        commit(new Shorts("t").log("api", "01", "", "INFO", "before"));
        var first = follow("/api/v1/tail?q=after");
        String id = first.startId();
        first.close();
        commit(new Shorts("t").log("api", "02", "", "INFO", "after"));
        assertThat(follow("/api/v1/tail?q=after", "Last-Event-ID: " + id).next("log").data()).contains("after");
    }

    /** More than a reader's room, which is for what comes while it is slow. */
    @Test
    void readerThatComesBack_getsAllThatIsKept() throws Exception {
        var shorts = new Shorts("t");
        for (int i = 0; i < 3 * TailReader.MOST_RECORDS; i++) {
            shorts.log("api", "01", "", "INFO", "line " + i);
        }
        String id = follow("/api/v1/tail").startId();
        commit(shorts);
        var marked = follow("/api/v1/tail?q=marked");
        commit(new Shorts("t").log("api", "02", "", "INFO", "marked"));
        marked.next("log");
        var second = follow("/api/v1/tail", "Last-Event-ID: " + id);
        for (int i = 0; i < 3 * TailReader.MOST_RECORDS; i++) {
            assertThat(second.next("log").data()).contains("\"line " + i + '"');
        }
    }

    @Test
    void moreThanTheTailHasRoomFor_isCountedAndTold() throws Exception {
        var metrics = new ShipperMetrics(List.of());
        metrics.show(tail);
        var reader = follow("/api/v1/tail?q=never");
        String big = "x".repeat(1 << 20);
        var shorts = new Shorts("t").log("api", "01", "", "INFO", big);
        for (int i = 0; i < 80; i++) {
            tail.taken(shorts.entries().getFirst());
        }
        tail.committed();
        assertThat(reader.next("dropped").data()).isEqualTo("{\"count\":null,\"reason\":\"not_kept\"}");
        assertThat(tail.overrun()).isBetween(10L, 20L);
        var shown = metrics.registry().scrape().stream().map(snapshot -> snapshot.getMetadata().getPrometheusName());
        assertThat(shown).contains("throughline_shipper_tail_readers", "throughline_shipper_tail_dropped_records");
    }

    @Test
    void readerOfAnotherRun_isToldThatLinesMayBeMissing() throws Exception {
        assertThat(follow("/api/v1/tail", "Last-Event-ID: before-7").next("dropped").data()).isEqualTo(
                "{\"count\":null,\"reason\":\"not_kept\"}");
    }

    /** One of the others answers, one is away: what either stores does not come here. */
    @Test
    void tailOfOneOfSeveralShippers_beginsWithTheNamesOfTheOthers() throws Exception {
        LuceneStore theirs = Samples.store(dir.resolve("theirs"));
        HttpEndpoint other = HttpEndpoint.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Executors.newVirtualThreadPerTaskExecutor());
        new PeerApi(new LocalSearch(theirs, Instant::now), "b").routes(other);
        other.start();
        endpoint.close();
        String running = "127.0.0.1:" + other.port();
        try (theirs;
                other;
                var peers = new Peers(new LocalSearch(store, Instant::now), "a", List.of(running,
                        "127.0.0.1:1"))) {
            endpoint = Samples.serve(peers, tail);
            var reader = follow("/api/v1/tail?q=mine");
            assertThat(reader.next("incomplete").data()).contains("not_shown", '"' + running + '"', "\"127.0.0.1:1\"");
            commit(new Shorts("t").log("api", "01", "", "INFO", "mine"));
            assertThat(reader.next("log").data()).contains("mine");
            var again = follow("/api/v1/tail?q=mine", "Last-Event-ID: run-0");
            assertThat(again.next("incomplete").data()).as("also when it comes back").contains(running);
        }
    }

    @Test
    void tailOfTheOnlyShipper_beginsWithoutAWarning() throws Exception {
        var reader = follow("/api/v1/tail");
        commit(new Shorts("t").log("api", "01", "", "INFO", "all there is"));
        assertThat(reader.next("log").data()).contains("all there is");
    }

    /** 6,000 lines of 4 KB against one reader that reads and one that does not. */
    @Test
    void slowReader_losesLinesAndIsTold_whileOthersLoseNone() throws Exception {
        var slow = follow("/api/v1/tail");
        var fast = follow("/api/v1/tail?q=marked");
        String filler = "x".repeat(4_000);
        long begin = System.nanoTime();
        for (int batch = 0; batch < 12; batch++) {
            var shorts = new Shorts("t");
            for (int i = 0; i < 499; i++) {
                shorts.log("api", "01", "", "INFO", filler);
            }
            take(shorts.log("api", "01", "", "INFO", "marked " + batch));
            tail.committed();
            assertThat(fast.next("log").data()).contains("\"marked " + batch + '"');
        }
        System.out.printf("tail: 6,000 lines of 4 KB past a reader that does not read in %.1f s%n",
                (System.nanoTime() - begin) / 1e9);
        long seen = 0;
        long dropped = 0;
        while (seen + dropped < 6_000) {
            Event event = slow.next("log", "dropped");
            if (event.name().equals("dropped")) {
                dropped += Long.parseLong(event.data().replaceAll("\\D", ""));
            } else {
                seen++;
            }
        }
        assertThat(dropped).isPositive().isEqualTo(tail.dropped());
        assertThat(seen + dropped).as("every line is seen or counted as dropped").isEqualTo(6_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=5", "from=2026-01-28T15:30:00Z", "order=oldest", "cursor=x", "until=job_end",
            "until=never&job_id=j", "kind=none", "backlog=-1", "backlog=1001", "colour=red", "level=LOUD"})
    void badQuestions_areRefused(String query) throws Exception {
        var answer = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port()
                + "/api/v1/tail?" + query)).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(query.substring(0, query.indexOf('=')));
    }

    @Test
    void readersThatLeave_areForgotten_andThereIsALimit() throws Exception {
        for (int i = 0; i < Tail.MOST_READERS; i++) {
            follow("/api/v1/tail");
        }
        var answer = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoint.port()
                + "/api/v1/tail")).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(503);
        for (Follower follower : followers) {
            follower.close();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            commit(new Shorts("t").log("api", "01", "", "INFO", "is anybody there?"));
            return tail.readers() == 0;
        });
    }

    private void commit(Shorts shorts) throws IOException {
        take(shorts);
        store.refresh();
        tail.committed();
    }

    private void take(Shorts shorts) throws IOException {
        for (Entry e : shorts.entries()) {
            var entry = new Entry(e.kind(), e.partition(), offset++, e.timestamp(), e.context(), e.service(), e
                    .logger(), e.level(), e.errorCode(), e.statusCode(), e.text(), e.json());
            store.append(entry);
            tail.taken(entry);
        }
    }

    private Follower follow(String path, String... headers) throws IOException {
        int before = tail.readers();
        var follower = new Follower(endpoint.port(), path, headers);
        followers.add(follower);
        assertThat(follower.line()).isEqualTo("HTTP/1.1 200 OK");
        await().until(() -> tail.readers() > before || path.contains("until"));
        return follower;
    }

    private record Event(String id, String name, String data) {}

    /** A reader with a small buffer, so that what it does not read waits with the server. */
    private static final class Follower implements AutoCloseable {
        private final Socket socket = new Socket();
        private final BufferedReader in;

        Follower(int port, String path, String... headers) throws IOException {
            socket.setReceiveBufferSize(16 * 1024);
            socket.setSoTimeout(20_000);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
            // As HTTP/1.0 asks for it, so that no chunk sizes lie between the lines.
            socket.getOutputStream().write(("GET " + path + " HTTP/1.0\r\nHost: x\r\n" + more + "\r\n").getBytes(
                    UTF_8));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8), 1024);
        }

        String line() throws IOException {
            return in.readLine();
        }

        String startId() throws IOException {
            String line = line();
            while (line != null && !line.startsWith("id: ")) {
                line = line();
            }
            return String.valueOf(line).substring(4);
        }

        Event next(String... names) throws IOException {
            String id = "";
            String name = "";
            String data = "";
            for (String line = line(); line != null; line = line()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty() && !name.isEmpty()) {
                    assertThat(name).isIn((Object[]) names);
                    return new Event(id, name, data);
                }
            }
            throw new IOException("the answer ended");
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
