package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/** Holds the search for parents against the rule itself, asked of every span for every span. */
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class NestingTest {

    @RepeatedTest(300)
    void parents_areThoseThatTheRuleNames(RepetitionInfo repetition) {
        var shorts = new Shorts("t");
        var random = new Random(repetition.getCurrentRepetition());
        for (int i = 0; i < 60; i++) {
            RandomWork.add(shorts, random);
        }
        List<Span> spans = shorts.story().spans();
        Map<Span, Span> found = new HashMap<>();
        spans.forEach(span -> found.put(span, span.parent));
        spans.forEach(span -> span.parent = null);
        setParentsByTheRule(spans);
        assertThat(spans).allSatisfy(span -> assertThat(found.get(span)).as("parent of %s %s, %s", span.title(),
                span.id, repetition).isSameAs(span.parent));
    }

    /** Twice the spans take a little more than twice the steps; quadratic would be four times. */
    @Test
    void steps_growAsSpansDo() {
        long few = stepsOf(4_000);
        long many = stepsOf(8_000);
        assertThat((double) many / few).as("%d steps for 4,000 and %d for 8,000", few, many).isBetween(1.5, 2.6);
        assertThat(many).as("steps of 8,000 spans").isLessThan(8_000L * 1_000);
    }

    /** A burst of requests that all hold each other within the tolerance, and one that began thousands of jobs. */
    @Test
    void burst_ofRequestsAndJobs_isNoExceptionFromThat() {
        long few = nesting(burst(2_000)).steps();
        long many = nesting(burst(4_000)).steps();
        assertThat((double) many / few).as("%d steps, then %d", few, many).isBetween(1.5, 2.6);
    }

    private static long stepsOf(int records) {
        var shorts = new Shorts("t");
        for (int i = 0; i < records; i++) {
            String second = "%02d.%06d".formatted(i * 50L / records, i * 50_000_000L / records % 1_000_000);
            switch (i % 4) {
                case 0 -> shorts.event("services", "api", second, "", "request.completed",
                        "\"method\":\"GET\",\"route\":\"/\",\"status_code\":200,\"duration_seconds\":" + i % 97 / 10.0);
                case 1 -> shorts.event("jobs", "worker", second, "job_id=j" + i, "job.completed", "\"job_id\":\"j" + i
                        + "\",\"job_type\":\"v\",\"status\":\"success\",\"duration_seconds\":" + i % 89 / 10.0);
                case 2 -> shorts.event("cache", "worker", second, "job_id=j" + (i - 1), "cache.miss",
                        "\"cache\":\"c\"");
                default -> shorts.event("llm", "api", second, "", "llm.completed", "\"model\":\"m\",\"status\":"
                        + "\"success\",\"latency_seconds\":0.1,\"prompt_tokens\":1,\"completion_tokens\":1");
            }
        }
        Nesting nesting = nesting(shorts);
        return nesting.steps();
    }

    private static Shorts burst(int records) {
        var shorts = new Shorts("t");
        shorts.event("services", "api", "10.000", "", "request.completed",
                "\"method\":\"POST\",\"route\":\"/jobs\",\"status_code\":200,\"duration_seconds\":0.05");
        for (int i = 0; i < records; i++) {
            if (i % 2 == 0) {
                shorts.event("services", "api", "09.99" + i % 10, "", "request.completed",
                        "\"method\":\"GET\",\"route\":\"/\",\"status_code\":200,\"duration_seconds\":0.0" + i % 7);
            } else {
                String job = "\"job_id\":\"j" + i + "\",\"job_type\":\"v\"";
                shorts.event("jobs", "api", "09.96" + i % 10, "job_id=j" + i, "job.created", job);
                shorts.event("jobs", "api", "20.00" + i % 10, "job_id=j" + i, "job.completed", job
                        + ",\"status\":\"success\"");
            }
        }
        return shorts;
    }

    private static Nesting nesting(Shorts shorts) {
        List<Span> spans = shorts.story().spans();
        spans.forEach(span -> span.parent = null);
        var nesting = new Nesting(spans);
        nesting.setParents();
        return nesting;
    }

    private static void setParentsByTheRule(List<Span> spans) {
        List<Span> sorted = new ArrayList<>(spans);
        sorted.sort(Comparator.comparing((Span span) -> span.kind).thenComparing(Span::end));
        sorted.forEach(span -> span.parent = byTheRule(sorted, span));
    }

    private static @Nullable Span byTheRule(List<Span> spans, Span span) {
        Span batch = find(spans, SpanKind.BATCH, span.context.batchId());
        Span job = find(spans, SpanKind.JOB, span.context.jobId());
        Span owner = job != null ? job : batch;
        return switch (span.kind) {
            case BATCH -> best(spans, span, other -> makes(other, span));
            case JOB -> batch != null ? batch : best(spans, span, other -> makes(other, span));
            case REQUEST -> best(spans, span, other -> other != span && !other.isWithin(span) && (other == owner
                    ? !began(span, other)
                    : holdsAll(other, span) && Holders.SHORTEST_FIRST.compare(other, span) > 0));
            case LLM, CACHE, DATABASE -> best(spans, span, other -> other == owner || holdsAll(other, span));
        };
    }

    private static @Nullable Span best(List<Span> spans, Span span, Predicate<Span> holds) {
        return spans.stream().filter(other -> other.kind.holdsOthers() && Nesting.admits(other, span.context,
                span.service) && holds.test(other)).max(Comparator.<Span>comparingInt(other -> shared(other, span))
                        .thenComparing(Holders.SHORTEST_FIRST.reversed()))
                .orElse(null);
    }

    private static boolean makes(Span request, Span work) {
        String named = work.kind == SpanKind.JOB ? request.context.jobId() : request.context.batchId();
        return request.kind == SpanKind.REQUEST && (work.identity.equals(named)
                ? began(request, work)
                : request.holds(work.start(), Duration.ZERO));
    }

    private static boolean began(Span request, Span work) {
        Duration tolerance = Duration.ofMillis(100);
        return request.holds(work.start(), Duration.ZERO)
                && (request.end().plus(tolerance).isBefore(work.end())
                        || (request.start().isBefore(work.start()) && !work.end().isAfter(request.end())));
    }

    private static boolean holdsAll(Span outer, Span inner) {
        Duration tolerance = Duration.ofMillis(100);
        return outer.holds(inner.start(), tolerance) && outer.holds(inner.end(), tolerance);
    }

    private static @Nullable Span find(List<Span> spans, SpanKind kind, @Nullable String id) {
        return spans.stream().filter(span -> span.kind == kind && span.identity.equals(id)).findFirst().orElse(null);
    }

    private static int shared(Span other, Span span) {
        TraceContext context = span.context;
        boolean byService = !span.kind.holdsOthers();
        return (same(Nesting.jobId(other), context.jobId()) ? 8 : 0)
                + (same(Nesting.batchId(other), context.batchId()) ? 4 : 0)
                + (same(other.context.requestId(), context.requestId()) ? 2 : 0)
                + (byService && same(other.service, span.service) ? 1 : 0);
    }

    private static boolean same(@Nullable String one, @Nullable String other) {
        return one != null && one.equals(other);
    }
}
