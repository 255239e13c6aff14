package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.event.LogRecord;
import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Holds the sweep over time against the rule itself, asked of every span for every line. */
class LineNestingTest {

    @RepeatedTest(200)
    void line_standsUnderTheSpanThatTheRuleNames(RepetitionInfo repetition) {
        var random = new Random(repetition.getCurrentRepetition());
        var shorts = new Shorts("t");
        for (int i = 0; i < 40; i++) {
            RandomWork.add(shorts, random);
        }
        Story story = shorts.story();
        var spans = story.spanOfEntry();
        for (int i = 0; i < story.items().size(); i++) {
            LogRecord log = story.items().get(i).log();
            if (log != null) {
                assertThat(spans.get(i)).as("%s of %s", log, repetition).isSameAs(byTheRule(story.spans(), log));
            }
        }
    }

    @Test
    @Timeout(30)
    void fiftyThousandLines_amongTwentyThousandSpans_takeNoTimeWorthTelling() {
        var shorts = new Shorts("t");
        for (int i = 0; i < 50_000; i++) {
            String second = "%02d.%06d".formatted(i / 1_000, i % 1_000 * 1_000);
            shorts.log("api", second, "", "INFO", "line");
            if (i < 20_000) {
                shorts.event("cache", "api", second, "", "cache.miss", "\"cache\":\"c\"");
            }
        }
        Story story = shorts.story();
        assertThat(story.spans()).hasSize(20_000).allSatisfy(span -> assertThat(span.entries).hasSizeBetween(2, 7));
    }

    private static @Nullable Span byTheRule(List<Span> spans, LogRecord log) {
        TraceContext context = log.context();
        Span owner = find(spans, SpanKind.JOB, context.jobId());
        Span named = owner != null ? owner : find(spans, SpanKind.BATCH, context.batchId());
        List<Span> around = new ArrayList<>(spans);
        around.removeIf(span -> !Nesting.admits(span, context, log.service())
                || (span != named && !holds(span, log, log.timestamp())));
        return around.stream().max(Comparator.<Span>comparingInt(span -> shared(span, log))
                .thenComparing(Holders.SHORTEST_FIRST.reversed())).orElse(null);
    }

    private static @Nullable Span find(List<Span> spans, SpanKind kind, @Nullable String id) {
        return spans.stream().filter(span -> span.kind == kind && span.identity.equals(id)).findFirst().orElse(null);
    }

    private static boolean holds(Span span, LogRecord log, Instant time) {
        return span.kind.holdsOthers()
                ? span.holds(time, ClockSkew.TOLERANCE)
                : span.service.equals(log.service()) && !time.isBefore(span.start())
                        && !time.isAfter(span.end().plus(Duration.ofMillis(5)));
    }

    private static int shared(Span span, LogRecord log) {
        return (same(Nesting.jobId(span), log.context().jobId()) ? 8 : 0)
                + (same(Nesting.batchId(span), log.context().batchId()) ? 4 : 0)
                + (same(span.context.requestId(), log.context().requestId()) ? 2 : 0)
                + (same(span.service, log.service()) ? 1 : 0);
    }

    private static boolean same(@Nullable String one, @Nullable String other) {
        return one != null && Objects.equals(one, other);
    }
}
