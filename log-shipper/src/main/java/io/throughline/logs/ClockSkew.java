package io.throughline.logs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds times that contradict each other: where an effect comes before its cause, the clocks of two services disagree
 * by at least that much. Differences up to {@link #TOLERANCE} are what rounding and good clocks leave.
 */
final class ClockSkew {

    static final Duration TOLERANCE = Duration.ofMillis(100);

    private final List<Warning> warnings = new ArrayList<>();

    private ClockSkew() {}

    static List<Warning> in(List<Span> spans) {
        var skew = new ClockSkew();
        spans.forEach(skew::check);
        return skew.warnings;
    }

    private void check(Span span) {
        steps(span);
        Span parent = span.parent;
        if (parent == null) {
            return;
        }
        early(span, span.start(), parent.start(), "starts %s before its parent " + parent.title() + " does"
                + services(span, parent));
        if (!span.open() && !parent.open() && endsWithin(span, parent)) {
            early(span, parent.end(), span.end(), "ends %s after its parent " + parent.title() + " does"
                    + services(span, parent));
        }
    }

    private void steps(Span span) {
        if (span.created != null) {
            early(span, span.started, span.created, "was started %s before it was created: a negative wait");
            early(span, span.completed, span.created, "was completed %s before it was created");
            early(span, span.measuredStart(), span.created,
                    "began, by the duration it tells, %s before it was created");
        }
        if (span.started != null) {
            early(span, span.completed, span.started, "was completed %s before it was started");
        }
    }

    /** What a request begins in the background may outlive it. */
    private static boolean endsWithin(Span span, Span parent) {
        return !(parent.kind == SpanKind.REQUEST && (span.kind == SpanKind.BATCH || span.kind == SpanKind.JOB));
    }

    private void early(Span span, @Nullable Instant effect, @Nullable Instant cause, String sentence) {
        if (effect != null && cause != null) {
            Duration ahead = Duration.between(effect, cause);
            if (ahead.compareTo(TOLERANCE) > 0) {
                warnings.add(new Warning(Warning.Kind.CLOCK_SKEW,
                        span.title() + " " + sentence.replace("%s", Lengths.shown(ahead)), span.id));
            }
        }
    }

    private static String services(Span span, Span parent) {
        return span.service.equals(parent.service)
                ? ""
                : " (clocks of " + span.service + " and " + parent.service + ")";
    }
}
