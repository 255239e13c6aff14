package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.throughline.publish.Settings;
import io.throughline.serve.Problem;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class LogsCommandTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-28T15:30:00Z"), ZoneOffset.UTC);
    private static final String LINES = """
            {"timestamp":"2026-01-28T15:29:59.10Z","level":"INFO","message":"über","duration_ms":1.10}
            {"timestamp":"2026-01-28T15:29:58Z","level":"ERROR","message":"second"}
            """;

    private final Screen screen = new Screen();

    @Test
    void lines_comeExactlyAsTheyWereAnswered() throws IOException {
        try (var shipper = FakeShipper.logs(exchange -> FakeShipper.ndjson(exchange, LINES))) {
            assertThat(logs(shipper, "--trace", "t1")).isZero();
        }
        assertThat(screen.out()).isEqualTo(LINES);
        assertThat(screen.err()).isEmpty();
    }

    @Test
    void everyOption_becomesItsParameter() throws IOException {
        try (var shipper = FakeShipper.logs(exchange -> FakeShipper.ndjson(exchange, LINES))) {
            logs(shipper, "--trace", "t", "--request", "r", "--user", "u", "--job", "j", "--batch", "b", "--service",
                    "s", "--logger", "l", "--level", "INFO", "--min-level", "DEBUG", "--error-code", "e",
                    "--status-code", "500", "--from", "2026-01-28T00:00:00Z", "--to", "2026-01-29T00:00:00Z", "-q",
                    "a b+c&d", "--limit", "7", "--order", "oldest");

            assertThat(shipper.asked()).hasSize(1);
            assertThat(Arrays.stream(shipper.asked().getFirst().split("[?&]"))
                    .map(text -> URLDecoder.decode(text, StandardCharsets.UTF_8))).containsExactly("/api/v1/logs",
                            "trace_id=t", "request_id=r", "user_id=u", "job_id=j", "batch_id=b", "service=s",
                            "logger=l", "level=INFO", "min_level=DEBUG", "error_code=e", "status_code=500",
                            "from=2026-01-28T00:00:00Z", "to=2026-01-29T00:00:00Z", "q=a b+c&d", "limit=7",
                            "order=oldest");
        }
    }

    @Test
    void relativeTimes_areBeforeNow() throws IOException {
        try (var shipper = FakeShipper.logs(exchange -> FakeShipper.ndjson(exchange, LINES))) {
            logs(shipper, "--from", "-2h", "--to", "-5m");

            assertThat(shipper.asked().getFirst()).contains("from=2026-01-28T13%3A30%3A00Z",
                    "to=2026-01-28T15%3A25%3A00Z");
        }
    }

    @Test
    void days_beginAtMidnight() throws IOException {
        try (var shipper = FakeShipper.logs(exchange -> FakeShipper.ndjson(exchange, LINES))) {
            logs(shipper, "--from", "yesterday", "--to", "2026-01-28");

            assertThat(shipper.asked().getFirst()).contains("from=2026-01-27T00%3A00%3A00Z",
                    "to=2026-01-28T00%3A00%3A00Z");
        }
    }

    @Test
    void timeThatIsNone_isNotUnderstood() throws IOException {
        try (var shipper = FakeShipper.logs(exchange -> FakeShipper.ndjson(exchange, LINES))) {
            assertThat(logs(shipper, "--from", "lately")).isEqualTo(2);
            assertThat(shipper.asked()).isEmpty();
        }
    }

    @Test
    void moreThanTheUsualNumber_isSaid_andNotWhatWasAskedFor() throws IOException {
        try (var shipper = FakeShipper.logs(exchange -> {
            exchange.getResponseHeaders().set("X-Next-Cursor", "c");
            exchange.getResponseHeaders().set("X-Total-Matched", "1234");
            FakeShipper.ndjson(exchange, LINES);
        })) {
            logs(shipper, "--limit", Long.toString(LINES.lines().count()));
            assertThat(screen.err()).isEmpty();
            logs(shipper);
            assertThat(screen.err()).contains("1234 lines match");
        }
    }

    @Test
    void nothingFound_isANoteOnStderr() throws IOException {
        try (var shipper = FakeShipper.logs(exchange -> FakeShipper.ndjson(exchange, ""))) {
            assertThat(logs(shipper)).isZero();
        }
        assertThat(screen.out()).isEmpty();
        assertThat(screen.errLines()).containsExactly("logs: nothing found");
    }

    @Test
    void all_followsTheCursorToTheEnd() throws IOException {
        try (var shipper = FakeShipper.logs(LogsCommandTest::threePages)) {
            assertThat(logs(shipper, "--all", "--user", "u")).isZero();

            assertThat(shipper.asked()).hasSize(3)
                    .allSatisfy(asked -> assertThat(asked).contains("user_id=u").contains("limit=10000"));
        }
        assertThat(screen.outLines()).containsExactly("{\"page\":0}", "{\"page\":1}", "{\"page\":2}");
    }

    @Test
    void shippersThatDidNotAnswer_areNamedOnStderr() throws IOException {
        try (var shipper = FakeShipper.logs(exchange -> {
            exchange.getResponseHeaders().set("X-Complete", "false");
            exchange.getResponseHeaders().set("X-Missing-Peers", "shipper-1:8001,shipper-2:8001");
            threePages(exchange);
        })) {
            assertThat(logs(shipper, "--all")).isZero();
        }
        assertThat(screen.outLines()).hasSize(3);
        assertThat(screen.errLines()).containsExactly(
                "logs: incomplete: shipper-1:8001, shipper-2:8001 did not answer, what it holds is missing");
    }

    @Test
    @Timeout(30)
    void follow_thatBreaksBeforeTheFirstLine_goesOnWithoutAGap() throws IOException {
        var asked = new AtomicInteger();
        try (var shipper = FakeShipper.tail(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            String lastId = String.valueOf(exchange.getRequestHeaders().getFirst("Last-Event-ID"));
            exchange.getResponseBody().write((asked.getAndIncrement() == 0
                    ? "retry: 1000\n\nid: r-5\n\nid: r-6\nevent: log\n"
                    : "event: log\ndata: {\"after\":\"" + lastId + "\"}\n\nevent: end\ndata: {}\n\n")
                    .getBytes(StandardCharsets.UTF_8));
        })) {
            assertThat(logs(shipper, "--follow")).isZero();
        }
        assertThat(screen.outLines()).containsExactly("{\"after\":\"r-5\"}");
    }

    /** It comes with every connection; control characters in names stay visible. */
    @Test
    @Timeout(30)
    void follow_ofOneOfSeveralShippers_saysOnceWhoseLinesDoNotCome() throws IOException {
        var asked = new AtomicInteger();
        try (var shipper = FakeShipper.tail(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            String incomplete = "event: incomplete\ndata: {\"not_shown\":[\"shipper-1:8001\",\"b\\u001b:1\"]}\n\n";
            exchange.getResponseBody().write((incomplete + (asked.getAndIncrement() == 0
                    ? "id: r-1\nevent: log\ndata: {}\n\n"
                    : "event: dropped\ndata: {\"count\":null,\"reason\":\"not_kept\"}\n\nevent: end\ndata: {}\n\n"))
                    .getBytes(StandardCharsets.UTF_8));
        })) {
            assertThat(logs(shipper, "--follow")).isZero();
            assertThat(screen.errLines()).filteredOn(line -> line.contains("incomplete")).containsExactly(
                    "logs: incomplete: shows what " + shipper.url()
                            + " stores; follow shipper-1:8001, b\\u001b:1 with --url too");
        }
        assertThat(screen.outLines()).containsExactly("{}");
        assertThat(screen.errLines()).contains("logs: lines may be missing here");
    }

    @Test
    void withoutAll_thereIsOnePage() throws IOException {
        try (var shipper = FakeShipper.logs(LogsCommandTest::threePages)) {
            logs(shipper);
        }
        assertThat(screen.outLines()).containsExactly("{\"page\":0}");
    }

    @Test
    void problem_isItsDetail() throws IOException {
        try (var shipper = FakeShipper.logs(exchange -> {
            throw new Problem(400, "level must be DEBUG or so, got \"\u001b[31mLOUD\"");
        })) {
            assertThat(logs(shipper, "--level", "LOUD")).isEqualTo(2);
        }
        assertThat(screen.out()).isEmpty();
        assertThat(screen.errLines()).containsExactly("logs: level must be DEBUG or so, got \"\\u001b[31mLOUD\"");
    }

    @Test
    void absentShipper_isOneLineThatNamesTheAddress() {
        assertThat(run(screen.terminal(""), "--url", "http://127.0.0.1:1")).isEqualTo(1);
        assertThat(screen.errLines()).singleElement().asString().contains("no log shipper at http://127.0.0.1:1",
                "./throughline up");
    }

    @Test
    void wrongAddress_isOneLine() {
        assertThat(run(screen.terminal(""), "--url", "localhost:8001")).isEqualTo(1);
        assertThat(screen.errLines()).singleElement().asString().contains("http://localhost:8001");
    }

    @Test
    void address_comesFromTheSettings() throws IOException {
        try (var shipper = FakeShipper.logs(exchange -> FakeShipper.ndjson(exchange, LINES))) {
            var settings = Settings.of(Map.of("THROUGHLINE_SHIPPER_URL", shipper.url() + "/"));

            assertThat(new CommandLine(new LogsCommand(screen.terminal(""), settings, CLOCK)).execute()).isZero();
        }
        assertThat(screen.out()).isEqualTo(LINES);
    }

    @Test
    @Timeout(20)
    void closedPipe_endsQuietlyAndReadsNoFurther() throws IOException {
        try (var shipper = FakeShipper.logs(LogsCommandTest::endless)) {
            var gone = new PrintStream(new ClosedPipe(), false, StandardCharsets.UTF_8);
            var terminal = new Terminal(System.in, gone, screen.terminal("").err(), false, 80, false);

            assertThat(run(terminal, "--url", shipper.url(), "--all")).isZero();
        }
        assertThat(screen.err()).isEmpty();
    }

    @Test
    @Timeout(20)
    void lines_areShownBeforeTheAnswerEnds() throws Exception {
        var shown = new CountDownLatch(1);
        var out = new PrintStream(new BufferedOutputStream(new OutputStream() {
            @Override
            public void write(int b) {
                shown.countDown();
            }
        }), false, StandardCharsets.UTF_8);
        try (var shipper = FakeShipper.logs(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("{}\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            awaitShown(shown);
        })) {
            assertThat(run(new Terminal(System.in, out, screen.terminal("").err(), false, 80, false), "--url",
                    shipper.url())).isZero();
        }
        assertThat(shown.getCount()).isZero();
    }

    @Test
    @Timeout(30)
    void follow_printsLinesAsTheyCome_andGoesOnWhereItWasAfterABreak() throws IOException {
        var asked = new AtomicInteger();
        try (var shipper = FakeShipper.tail(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            boolean first = asked.getAndIncrement() == 0;
            String lastId = String.valueOf(exchange.getRequestHeaders().getFirst("Last-Event-ID"));
            exchange.getResponseBody().write((first
                    ? "retry: 1000\n: hello\n\nid: r-1\nevent: log\ndata: {\"n\":1}\n\n"
                    : "id: r-2\nevent: log\ndata: {\"n\":2,\"after\":\"" + lastId + "\"}\n\nevent: dropped\ndata: "
                            + "{\"count\":7,\"reason\":\"slow_reader\"}\n\nevent: end\ndata: {\"status\":\"success\"}\n\n")
                    .getBytes(StandardCharsets.UTF_8));
        })) {
            assertThat(logs(shipper, "--follow", "--job", "j", "--until", "job_end")).isZero();
            assertThat(shipper.asked()).containsExactly("/api/v1/tail?job_id=j&backlog=10&until=job_end",
                    "/api/v1/tail?job_id=j&backlog=0&until=job_end");
        }
        assertThat(screen.outLines()).containsExactly("{\"n\":1}", "{\"n\":2,\"after\":\"r-1\"}");
        assertThat(screen.errLines()).contains("logs: 7 lines are missing here: this reader was too slow",
                "logs: ended, success");
    }

    @Test
    void follow_withATime_isMisunderstood() throws IOException {
        try (var shipper = FakeShipper.logs(exchange -> FakeShipper.ndjson(exchange, LINES))) {
            assertThat(logs(shipper, "--follow", "--from", "-2h")).isEqualTo(2);
            assertThat(logs(shipper, "--until", "job_end")).isEqualTo(2);
            assertThat(shipper.asked()).isEmpty();
        }
    }

    @Test
    void follow_thatIsRefused_isItsDetail() throws IOException {
        try (var shipper = FakeShipper.tail(exchange -> {
            throw new Problem(400, "until=job_end needs job_id");
        })) {
            assertThat(logs(shipper, "--follow", "--until", "job_end")).isEqualTo(2);
        }
        assertThat(screen.errLines()).containsExactly("logs: until=job_end needs job_id");
    }

    /** The monitoring guide's own commands, with the pipeline's output in place of its file. */
    @ParameterizedTest
    @CsvSource({"select(.trace_id == \"trace_abc123\"),1", "select(.level == \"ERROR\"),2",
            "select(.user_id == \"user_789\"),1", ".,3"})
    void guidesExamples_runOnTheOutput(String filter, int lines) throws Exception {
        String jq = Program.require("jq").toString();
        String answer = """
                {"timestamp":"2026-01-28T15:30:00Z","level":"INFO","message":"m","trace_id":"trace_abc123"}
                {"timestamp":"2026-01-28T15:30:01Z","level":"ERROR","message":"m","trace_id":"t","user_id":"user_789"}
                {"timestamp":"2026-01-28T15:30:02Z","level":"ERROR","message":"m","trace_id":"t"}
                """;
        try (var shipper = FakeShipper.logs(exchange -> FakeShipper.ndjson(exchange, answer))) {
            logs(shipper);
        }
        assertThat(Program.run(screen.out().getBytes(StandardCharsets.UTF_8), List.of(jq, "-c", filter))).hasLineCount(
                lines);
    }

    private static void awaitShown(CountDownLatch shown) {
        try {
            shown.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void endless(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("X-Next-Cursor", "more");
        exchange.sendResponseHeaders(200, 0);
        byte[] line = "{\"message\":\"again\"}\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
        while (true) {
            exchange.getResponseBody().write(line);
        }
    }

    private static void threePages(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery() + "";
        int page = query.contains("cursor=c1") ? 1 : query.contains("cursor=c2") ? 2 : 0;
        if (page < 2) {
            exchange.getResponseHeaders().set("X-Next-Cursor", "c" + (page + 1));
        }
        FakeShipper.ndjson(exchange, "{\"page\":" + page + "}\n");
    }

    private int logs(FakeShipper shipper, String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--url";
        all[arguments.length + 1] = shipper.url();
        return run(screen.terminal(""), all);
    }

    private static int run(Terminal terminal, String... arguments) {
        return new CommandLine(new LogsCommand(terminal, Settings.of(Map.of()), CLOCK)).execute(arguments);
    }

    /** What {@code | head -1} leaves behind. */
    private static final class ClosedPipe extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
        }
    }
}
