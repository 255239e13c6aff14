package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.publish.Settings;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class TraceCommandTest {

    private static final String TRACE = """
            {"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","complete":false,"truncated":false,
             "started_at":"2026-01-28T15:30:00Z","ended_at":"2026-01-28T15:30:10Z","duration_seconds":10.0,
             "services":["gateway","script-writer"],"counts":{"logs":3,"events":3,"failures":2},
             "entries":[
              {"kind":"log","timestamp":"2026-01-28T15:30:00Z","service":"gateway","topic":"throughline.logs",
               "partition":0,"offset":1,"summary":"INFO POST /v1/shorts",
               "record":{"timestamp":"2026-01-28T15:30:00Z","level":"INFO","message":"POST /v1/shorts"}},
              {"kind":"event","timestamp":"2026-01-28T15:30:01.5Z","service":"script-writer","topic":"throughline.jobs",
               "partition":0,"offset":1,"summary":"job job_1 created (script)",
               "record":{"event_type":"job.created","job_id":"job_1","job_type":"script"}},
              {"kind":"event","timestamp":"2026-01-28T15:30:07.500Z","service":"script-writer","topic":"throughline.llm",
               "partition":2,"offset":9,"summary":"gpt-4o success, 5.0 s, 374+44 tokens",
               "record":{"event_type":"llm.completed","model":"gpt-4o","status":"success","latency_seconds":5.0}},
              {"kind":"log","timestamp":"2026-01-28T15:30:08Z","service":null,"topic":"throughline.logs",
               "partition":0,"offset":2,"summary":"ERROR it broke",
               "record":{"level":"ERROR","message":"it \\u001b[2Jbroke\\r\\nand @|red more|@ of it"}},
              {"kind":"log","timestamp":"2026-01-28T15:30:09Z","service":"script-writer","topic":"throughline.logs",
               "partition":0,"offset":3,"summary":"WARNING slow","record":{"level":"WARN","message":"slow"}},
              {"kind":"event","timestamp":"2026-01-28T15:30:10Z","service":"script-writer","topic":"throughline.jobs",
               "partition":0,"offset":2,"summary":"job job_1 completed: failed, 8.5 s",
               "record":{"event_type":"job.completed","job_id":"job_1","job_type":"script","status":"failed",
                "duration_seconds":8.5}}],
             "missing":["batch b1 was created and has not completed"]}
            """;

    private static final String SPANS = """
            {"trace_id":"t1","complete":false,"truncated":false,"started_at":"2026-01-28T15:30:00.500Z",
             "ended_at":"2026-01-28T15:30:10Z","duration_seconds":9.5,"services":["gateway","script-writer"],
             "counts":{"logs":1,"events":3,"failures":1},
             "totals":{"duration_seconds":10.0,"llm_calls":2,"unpriced_calls":1,"cost_usd":0.0123,"tokens":418,
              "prompt_tokens":374,"cached_tokens":0,"completion_tokens":44,"cache_hits":1,"cache_misses":2,
              "saved_usd":null,"saved_tokens":0},
             "missing":[],"warnings":[{"kind":"clock_skew","message":"job j1 was started 2.0 s before it was created",
              "span_id":"b"}],"gaps":[{"from":"x","to":"y","seconds":3,"message":"for 3.0 s nothing is known"}],
             "spans":[
              {"span_id":"a","parent_id":null,"kind":"request","name":"POST /v1/shorts","service":"gateway",
               "started_at":"2026-01-28T15:30:00Z","ended_at":"2026-01-28T15:30:00.5Z","duration_seconds":0.5,
               "open":false,"failed":false,"status":"201","attributes":{},"entries":[0]},
              {"span_id":"b","parent_id":"a","kind":"job","name":"job script","service":"script-writer",
               "started_at":"2026-01-28T15:30:00.1Z","ended_at":"2026-01-28T15:30:10Z","duration_seconds":9.9,
               "open":false,"failed":true,"queued_seconds":1.0,"job_id":"j1","status":"failed","error_code":"E7",
               "attributes":{},"entries":[1]},
              {"span_id":"c","parent_id":"b","kind":"llm","name":"llm gpt-4o","service":"script-writer",
               "started_at":"2026-01-28T15:30:05Z","ended_at":"2026-01-28T15:30:07Z","duration_seconds":2.0,
               "open":false,"failed":false,"status":"success","attributes":{"cost_usd":0.0123},"entries":[2,3]},
              {"span_id":"d","parent_id":"gone","kind":"job","name":"job video","service":"scheduler",
               "started_at":"2026-01-28T15:30:08Z","ended_at":null,"duration_seconds":null,"open":true,
               "failed":false,"job_id":"j2","attributes":{},"entries":[]}],
             "entries":[
              {"kind":"event","timestamp":"2026-01-28T15:30:00.5Z","service":"gateway","span_id":"a",
               "summary":"POST /v1/shorts 201, 0.5 s","record":{"event_type":"request.completed"}},
              {"kind":"event","timestamp":"2026-01-28T15:30:00.1Z","service":"scheduler","span_id":"b",
               "summary":"job j1 created (script)","record":{"event_type":"job.created"}},
              {"kind":"event","timestamp":"2026-01-28T15:30:07Z","service":"script-writer","span_id":"c",
               "summary":"gpt-4o success, 2.0 s, 374+44 tokens","record":{"event_type":"llm.completed"}},
              {"kind":"log","timestamp":"2026-01-28T15:30:07Z","service":"script-writer","span_id":"c",
               "summary":"INFO answered","record":{"level":"INFO","message":"answered"}}]}
            """;

    private final Screen screen = new Screen();

    @Test
    void header_saysWhatTheTraceIsAndWhatIsMissing() throws IOException {
        trace(TRACE, false, 120);

        assertThat(screen.outLines().subList(0, 6)).containsExactly(
                "trace 4bf92f3577b34da6a3ce929d0e0e4736  incomplete", "  services  gateway, script-writer",
                "  duration  10.000 s, from 2026-01-28T15:30:00Z", "  entries   3 events, 3 log lines",
                "  missing   batch b1 was created and has not completed", "");
    }

    @Test
    void completeTrace_isCalledSo() throws IOException {
        trace(TRACE.replace("\"complete\":false", "\"complete\":true"), false, 120);

        assertThat(screen.outLines().getFirst()).endsWith("  complete");
    }

    @Test
    void entries_areOneRowEachFromTheStartOn() throws IOException {
        trace(TRACE, false, 120);

        assertThat(rows()).hasSize(6);
        assertThat(rows().get(0)).startsWith("    +0.000 s  gateway        INFO").endsWith("POST /v1/shorts");
        assertThat(rows().get(2)).startsWith("    +7.500 s  script-writer  llm.completed")
                .endsWith("gpt-4o success, 5.0 s, 374+44 tokens");
        assertThat(rows().get(4)).contains("WARNING").endsWith("  slow");
    }

    @Test
    void bar_beginsAtTheStartAndEndsAtTheEndOfAnEvent() throws IOException {
        trace(TRACE, false, 120);

        // 24 columns for ten seconds: 2.5 s is column 6, 7.5 s is column 18.
        assertThat(rows().get(2))
                .contains("llm.completed  " + " ".repeat(6) + "█".repeat(13) + " ".repeat(5) + "  gpt");
        assertThat(rows().get(5)).contains("job.completed  " + " ".repeat(3) + "█".repeat(21) + "  job");
        assertThat(rows().get(1)).contains("job.created    " + " ".repeat(3) + "·" + " ".repeat(20) + "  job");
    }

    @Test
    void barThatBeginsBeforeTheFirstEntry_staysWithinTheTrace() throws IOException {
        trace(TRACE.replace("\"duration_seconds\":8.5", "\"duration_seconds\":30"), false, 120);

        assertThat(rows().get(5)).contains("job.completed  " + "█".repeat(24) + "  job");
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 90, 120, 200})
    void rows_fitTheTerminal(int width) throws IOException {
        trace(TRACE.replace("374+44 tokens", "世界 tokens ".repeat(40)), false, width);

        assertThat(screen.outLines()).allSatisfy(line -> assertThat(Printable.columns(line))
                .isLessThanOrEqualTo(width));
    }

    @Test
    void narrowTerminal_hasNoBars() throws IOException {
        trace(TRACE, false, 80);

        assertThat(screen.out()).doesNotContain("█", "·");
    }

    @Test
    void failures_areRedAndWarningsYellow() throws IOException {
        trace(TRACE, true, 120);

        assertThat(rows().get(3)).contains("\u001b[31mERROR");
        assertThat(rows().get(5)).contains("\u001b[31mjob.completed");
        assertThat(rows().get(4)).contains("\u001b[33mWARNING");
        assertThat(rows().get(2)).doesNotContain("\u001b");
    }

    @Test
    void withoutColour_thereAreNoEscapes() throws IOException {
        trace(TRACE, false, 120);

        assertThat(screen.out()).doesNotContain("\u001b").doesNotContain("\r");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void controlCharactersOfData_areNeverPrinted(boolean colour) throws IOException {
        trace(TRACE.replace("\"gateway\",", "\"gate\\u001b]0;x\\u0007way\","), colour, 200);

        assertThat(screen.out()).doesNotContain("\u001b[2J", "\u001b]0", "\u0007", "\r")
                .contains("it \\u001b[2Jbroke\\r\\nand @|red more|@ of it", "gate\\u001b]0;x\\u0007way");
    }

    @Test
    void json_isTheAnswerAsItCame() throws IOException {
        try (var shipper = FakeShipper.trace(TRACE)) {
            assertThat(run(screen.terminal(""), "t1", "--json", "--url", shipper.url())).isZero();
        }
        assertThat(screen.out()).isEqualTo(TRACE + System.lineSeparator());
    }

    @Test
    void id_isOneSegmentOfThePath() throws IOException {
        try (var shipper = FakeShipper.trace(TRACE)) {
            run(screen.terminal(""), "a/b ?c", "--url", shipper.url());

            assertThat(shipper.asked()).containsExactly("/api/v1/traces/a%2Fb%20%3Fc");
        }
    }

    @Test
    void unknownTrace_isOneLine() throws IOException {
        try (var shipper = FakeShipper.logs(exchange -> {
            throw new Problem(400, "not asked for");
        })) {
            assertThat(run(screen.terminal(""), "t1", "--url", shipper.url())).isEqualTo(1);
        }
        assertThat(screen.errLines()).containsExactly("trace: no such trace");
        assertThat(screen.out()).isEmpty();
    }

    @Test
    void absentShipper_isOneLine() {
        assertThat(run(screen.terminal(""), "t1", "--url", "http://127.0.0.1:1")).isEqualTo(1);
        assertThat(screen.errLines()).singleElement().asString().contains("no log shipper at http://127.0.0.1:1");
    }

    @Test
    void otherServer_isOneLine() throws IOException {
        try (var shipper = FakeShipper.trace("<html>")) {
            assertThat(run(screen.terminal(""), "t1", "--url", shipper.url())).isEqualTo(1);
        }
        assertThat(screen.errLines()).containsExactly("trace: the answer is not JSON; is this a log shipper?");
    }

    @Test
    void waterfall_showsWhatLiesWithinWhat_withLinesUnderTheirSpan() throws IOException {
        trace(SPANS, false, 120);

        assertThat(screen.outLines()).contains("  totals    $0.0123 (1 of 2 calls unpriced), 418 tokens (374 in, 44"
                + " out), 2 calls, cache 1 of 3 hits", "  skew      job j1 was started 2.0 s before it was created",
                "  gap       for 3.0 s nothing is known");
        assertThat(rows()).hasSize(6);
        assertThat(rows().get(0)).startsWith("    +0.000 s  POST /v1/shorts").contains("gateway").endsWith(
                "POST /v1/shorts 201, 0.5 s");
        assertThat(rows().get(1)).contains("  job script  ").contains("█".repeat(24)).endsWith(
                "j1, failed, 9.900 s, 1.000 s in the queue, E7");
        assertThat(rows().get(2)).contains("    job.created  ").contains("·");
        assertThat(rows().get(3)).startsWith("    +5.000 s      llm gpt-4o").endsWith(
                "gpt-4o success, 2.0 s, 374+44 tokens, $0.0123");
        assertThat(rows().get(4)).startsWith("    +7.000 s        INFO").endsWith("answered");
        assertThat(rows().get(5)).contains("job video").contains("░").endsWith("j2, not completed");
    }

    @Test
    void waterfall_intoAPipe_isNotCut() throws IOException {
        String told = "word ".repeat(60);
        try (var shipper = FakeShipper
                .trace(SPANS.replace("\"message\":\"answered\"", "\"message\":\"" + told + "end\""))) {
            var command = new TraceCommand(screen.terminal("", false, 120), Settings.of(Map.of()), false);
            assertThat(new CommandLine(command).execute("t1", "--url", shipper.url())).isZero();
        }
        assertThat(screen.out()).contains(told + "end").doesNotContain("…", "\u001b");
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 90, 120, 200})
    void waterfall_fitsTheTerminal(int width) throws IOException {
        trace(SPANS.replace("answered", "世界 answered ".repeat(40)).replace("job script", "job script ".repeat(20)),
                true, width);

        assertThat(screen.outLines()).allSatisfy(line -> assertThat(Printable.columns(line.replaceAll(
                "\u001b\\[[0-9;]*m", ""))).isLessThanOrEqualTo(width));
    }

    @Test
    void waterfall_paintsFailuresRed_andDataNeverPaints() throws IOException {
        trace(SPANS.replace("\"answered\"", "\"\\u001b[2Jcleared\""), true, 120);

        assertThat(rows().get(1)).contains("\u001b[31m  job script");
        assertThat(screen.out()).doesNotContain("\u001b[2J").contains("\\u001b[2Jcleared");
    }

    @Test
    void flat_isOneRowAnEntry() throws IOException {
        try (var shipper = FakeShipper.trace(SPANS)) {
            assertThat(run(screen.terminal("", false, 120), "t1", "--flat", "--url", shipper.url())).isZero();
        }
        assertThat(rows()).hasSize(4);
        assertThat(rows().getFirst()).contains("request.completed");
    }

    @Test
    @Timeout(20)
    void follow_intoAPipe_waitsUntilNothingIsOpen() throws IOException {
        var asked = new AtomicInteger();
        try (var shipper = new FakeShipper(exchange -> {
            throw new Problem(400, "not asked for");
        }, exchange -> FakeShipper.ndjson(exchange, asked.incrementAndGet() < 3
                ? SPANS
                : SPANS.replace(
                        "\"complete\":false", "\"complete\":true")))) {
            var command = new TraceCommand(screen.terminal("", false, 120), Settings.of(Map.of()), false);
            assertThat(new CommandLine(command).execute("t1", "--follow", "--url", shipper.url())).isZero();
        }
        assertThat(asked).hasValue(3);
        assertThat(screen.outLines().stream().filter(line -> line.startsWith("trace "))).hasSize(1);
        assertThat(screen.outLines().getFirst()).endsWith("complete");
    }

    @Test
    @Timeout(20)
    void follow_endsWhenOnlyAShipperIsMissing_andSaysSo() throws IOException {
        try (var shipper = new FakeShipper(exchange -> {
            throw new Problem(400, "not asked for");
        }, exchange -> {
            exchange.getResponseHeaders().set("X-Missing-Peers", "10.0.0.7:8001");
            FakeShipper.ndjson(exchange, SPANS.replaceAll("\"missing\":\\[[^\\]]*\\]",
                    "\"missing\":[\"the log shipper 10.0.0.7:8001 did not answer\"]"));
        })) {
            var command = new TraceCommand(screen.terminal("", false, 120), Settings.of(Map.of()), false);
            assertThat(new CommandLine(command).execute("t1", "--follow", "--url", shipper.url())).isZero();
        }
        assertThat(screen.outLines().stream().filter(line -> line.startsWith("trace "))).hasSize(1);
        assertThat(screen.err()).contains("10.0.0.7:8001 did not answer, what it holds is missing");
    }

    private List<String> rows() {
        List<String> lines = screen.outLines();
        return lines.subList(lines.indexOf("") + 1, lines.size());
    }

    private void trace(String json, boolean colour, int width) throws IOException {
        try (var shipper = FakeShipper.trace(json)) {
            assertThat(run(screen.terminal("", colour, width), "t1", "--url", shipper.url())).isZero();
        }
    }

    private static int run(Terminal terminal, String... arguments) {
        return new CommandLine(new TraceCommand(terminal, Settings.of(Map.of()), true)).execute(arguments);
    }
}
