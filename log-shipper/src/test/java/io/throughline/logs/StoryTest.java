package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StoryTest {

    private static final String J = "\"job_id\":\"j\",\"job_type\":\"v\"";

    private final Shorts five = Shorts.fiveServices();

    @Test
    void spans_ofFiveServices_lieWithinOneAnother() {
        assertThat(tree(five.story())).isEqualTo("""
                POST /v1/shorts @ gateway
                  POST /batches @ scheduler
                    batch @ scheduler
                      job script @ script-writer
                        llm gpt-4o @ script-writer
                        cache prompts miss @ script-writer
                      job video @ video-renderer
                        llm tts-1 @ voice
                        llm tts-1 @ voice
                """);
    }

    @Test
    void spans_beginTheirDurationBeforeTheirEvent() {
        Span call = span(five.story(), "llm gpt-4o");
        assertThat(call.start()).isEqualTo("2026-01-28T15:30:01.100Z");
        assertThat(call.length()).isEqualTo(Duration.ofSeconds(2));
        assertThat(call.open()).isFalse();
    }

    @Test
    void spanIds_areTheSameEveryTime_andDifferFromEachOther() {
        List<String> ids = five.story().spans().stream().map(span -> span.id).toList();
        assertThat(Shorts.fiveServices().story().spans()).extracting(span -> span.id).isEqualTo(ids);
        assertThat(ids).doesNotHaveDuplicates().allSatisfy(id -> assertThat(id).matches("[0-9a-f]{16}"));
        assertThat(new Shorts("other").event("jobs", "s", "01", "", "job.created", J).story().spans().getFirst().id)
                .isNotEqualTo(new Shorts("t").event("jobs", "s", "01", "", "job.created", J).story().spans()
                        .getFirst().id);
    }

    @Test
    void logLines_standUnderTheirSpan() {
        Story story = five.story();
        var spans = story.spanOfEntry();
        for (int i = 0; i < story.items().size(); i++) {
            var log = story.items().get(i).log();
            if (log != null) {
                assertThat(Objects.requireNonNull(spans.get(i), log.message()).name).as(log.message())
                        .isEqualTo(switch (log.message()) {
                            case "short requested" -> "POST /v1/shorts";
                            case "gpt-4o answered" -> "llm gpt-4o";
                            default -> "job video";
                        });
            }
        }
    }

    @Test
    void aLineBeforeACall_isNotOfTheCall() {
        Story story = new Shorts("t").event("jobs", "s", "01", "", "job.created", J)
                .log("s", "04.999", "job_id=j", "INFO", "before").event("cache", "s", "05", "job_id=j", "cache.hit",
                        "\"cache\":\"c\"")
                .log("s", "05.001", "job_id=j", "INFO", "right after")
                .log("s", "05.100", "job_id=j", "INFO", "later").story();
        var spans = story.spanOfEntry();
        assertThat(List.of(1, 3, 4)).extracting(i -> Objects.requireNonNull(spans.get(i)).name).containsExactly("job v",
                "cache c hit", "job v");
    }

    @Test
    void totals_addDecimalsExactly_andNameWhatHasNoPrice() {
        Totals totals = five.story().totals();
        assertThat(totals.costUsd).isEqualTo(new BigDecimal("0.3"));
        assertThat(totals.llmCalls).isEqualTo(3);
        assertThat(totals.unpricedCalls).isEqualTo(1);
        assertThat(totals.promptTokens).isEqualTo(400);
        assertThat(totals.cachedTokens).isEqualTo(128);
        assertThat(totals.completionTokens).isEqualTo(50);
        assertThat(warnings(five.story(), Warning.Kind.UNPRICED)).containsExactly(
                "1 of 3 calls to language models told no cost_usd: the sum is without them");
    }

    @Test
    void anEventSentTwice_countsOnce_andIsTold() {
        Story story = new Shorts("t").event("llm", "s", "05", "", "llm.completed", "\"model\":\"m\",\"status\":"
                + "\"success\",\"latency_seconds\":1,\"prompt_tokens\":3,\"completion_tokens\":4,\"cost_usd\":0.1")
                .again().story();
        assertThat(story.spans()).hasSize(1);
        assertThat(story.totals().costUsd).isEqualTo(new BigDecimal("0.1"));
        assertThat(story.duplicates()).containsExactly(1);
        assertThat(warnings(story, Warning.Kind.DUPLICATE_EVENT)).containsExactly(
                "1 record repeat an event that was sent before; each event counts once");
    }

    @Test
    void negativeWait_isClockSkew() {
        Story story = new Shorts("t").event("jobs", "scheduler", "10", "", "job.created", J)
                .event("jobs", "worker", "08.500", "", "job.started", J)
                .event("jobs", "worker", "20", "", "job.completed", J + ",\"status\":\"success\"").story();
        assertThat(warnings(story, Warning.Kind.CLOCK_SKEW)).containsExactly(
                "job j was started 1.5 s before it was created: a negative wait");
    }

    @Test
    void aChildThatStartsBeforeItsParent_isClockSkew() {
        Story story = new Shorts("t").event("jobs", "scheduler", "10", "", "job.created", J)
                .event("llm", "worker", "11", "job_id=j", "llm.completed", "\"model\":\"m\",\"status\":\"success\","
                        + "\"latency_seconds\":3,\"prompt_tokens\":1,\"completion_tokens\":1,\"cost_usd\":0")
                .event("jobs", "worker", "20", "", "job.completed", J + ",\"status\":\"success\"").story();
        assertThat(warnings(story, Warning.Kind.CLOCK_SKEW)).containsExactly(
                "llm m starts 2.0 s before its parent job j does");
        assertThat(span(story, "llm m").parent).isSameAs(span(story, "job v"));
    }

    @Test
    void differencesWithinTheTolerance_areNoSkew() {
        Story story = new Shorts("t").event("jobs", "scheduler", "10.050", "", "job.created", J)
                .event("jobs", "worker", "10", "", "job.started", J)
                .event("jobs", "worker", "20", "", "job.completed", J + ",\"status\":\"success\"").story();
        assertThat(story.warnings()).isEmpty();
    }

    @Test
    void fiveServices_haveNoSkewAndNothingMissing() {
        assertThat(warnings(five.story(), Warning.Kind.CLOCK_SKEW)).isEmpty();
        assertThat(five.story().missing()).isEmpty();
    }

    @Test
    void aBatchWithFewerJobsThanItTells_missesThem() {
        five.event("batches", "scheduler", "09.200", "batch_id=b2", "batch.created",
                "\"batch_id\":\"b2\",\"size\":3")
                .event("jobs", "scheduler", "09.300", "batch_id=b2", "job.created", J)
                .event("jobs", "scheduler", "09.400", "batch_id=b2", "job.completed", J + ",\"status\":\"success\"")
                .event("batches", "scheduler", "09.500", "batch_id=b2", "batch.completed",
                        "\"batch_id\":\"b2\",\"status\":\"success\"");
        assertThat(five.story().missing()).containsExactly(
                "batch b2 was created with 3 jobs and 1 is in the trace");
    }

    @Test
    void gaps_areWhereNothingIsKnown_andNameWhoWaited() {
        Story story = new Shorts("t").event("jobs", "scheduler", "10", "", "job.created", J)
                .event("jobs", "worker", "25", "", "job.started", J)
                .event("jobs", "worker", "30", "", "job.completed", J + ",\"status\":\"success\"").story();
        assertThat(story.gaps()).singleElement().satisfies(gap -> {
            assertThat(gap.length()).isEqualTo(Duration.ofSeconds(15));
            assertThat(gap.message()).isEqualTo("for 15.0 s nothing is known, from \"job j created (v)\" to"
                    + " \"job j started (v)\"; job j waited in the queue");
        });
        assertThat(five.story().gaps()).as("work goes on all the time").hasSize(0);
    }

    @Test
    void anOpenJob_reachesToTheEndOfTheTrace() {
        Story story = new Shorts("t").event("jobs", "scheduler", "10", "", "job.created", J)
                .log("worker", "20", "job_id=j", "INFO", "still here").story();
        assertThat(story.spans().getFirst().open()).isTrue();
        assertThat(story.spans().getFirst().end()).isEqualTo("2026-01-28T15:30:20Z");
    }

    @Test
    void spansThatHoldEachOther_makeNoCircle() {
        var shorts = new Shorts("t");
        for (int i = 0; i < 20; i++) {
            shorts.event("services", "s" + i % 3, "10", i % 2 == 0 ? "job_id=j" : "", "request.completed",
                    "\"method\":\"GET\",\"route\":\"/\",\"status_code\":200,\"duration_seconds\":" + i % 4);
            shorts.event("jobs", "s", "0" + i % 10, i % 3 == 0 ? "job_id=j" : "", "job.completed",
                    J + ",\"status\":\"success\",\"duration_seconds\":" + i % 5);
        }
        for (Span span : shorts.story().spans()) {
            int depth = 0;
            for (Span s = span; s != null; s = s.parent) {
                assertThat(++depth).isLessThan(50);
            }
        }
    }

    private static List<String> warnings(Story story, Warning.Kind kind) {
        return story.warnings().stream().filter(w -> w.kind() == kind).map(Warning::message).toList();
    }

    private static Span span(Story story, String name) {
        return story.spans().stream().filter(span -> span.name.equals(name)).findFirst().orElseThrow();
    }

    private static String tree(Story story) {
        return story.spans().stream().filter(span -> span.parent == null).map(span -> tree(story, span, ""))
                .collect(Collectors.joining());
    }

    private static String tree(Story story, Span span, String indent) {
        return indent + span.name + " @ " + span.service + "\n" + story.spans().stream().filter(
                child -> child.parent == span).map(child -> tree(story, child, indent + "  ")).collect(Collectors
                        .joining());
    }
}
