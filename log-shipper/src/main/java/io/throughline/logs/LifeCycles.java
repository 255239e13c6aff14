package io.throughline.logs;

import java.util.ArrayList;
import java.util.List;

/** Tells which events of jobs and batches should be in a trace and are not. */
final class LifeCycles {

    private LifeCycles() {}

    /** A sentence for each thing that is missing, in the order in which the trace tells of jobs and batches. */
    static List<String> missing(List<Item> items, List<Span> spans) {
        List<String> sentences = new ArrayList<>();
        spans.stream().filter(span -> span.kind == SpanKind.JOB || span.kind == SpanKind.BATCH)
                .sorted((one, other) -> Integer.compare(firstEvent(one, items), firstEvent(other, items)))
                .forEach(span -> {
                    steps(span, sentences);
                    jobs(span, spans, sentences);
                });
        return sentences;
    }

    private static int firstEvent(Span span, List<Item> items) {
        return span.entries.stream().filter(index -> items.get(index).event() != null).findFirst()
                .orElse(Integer.MAX_VALUE);
    }

    private static void steps(Span span, List<String> sentences) {
        if (span.created == null) {
            sentences.add(span.title() + " was " + (span.started != null ? "started" : "completed")
                    + " and nothing says that it was created");
        }
        if (span.completed == null) {
            sentences.add(span.title() + " was " + (span.created != null ? "created" : "started")
                    + " and has not completed");
        }
    }

    /** A batch tells how many jobs it has. Where none of them names the batch, they may be in other traces. */
    private static void jobs(Span batch, List<Span> spans, List<String> sentences) {
        if (batch.kind == SpanKind.BATCH && batch.completed != null
                && batch.attributes.get("size") instanceof Long size) {
            long seen = spans.stream().filter(span -> span.kind == SpanKind.JOB
                    && batch.identity.equals(span.context.batchId())).count();
            if (seen > 0 && seen < size) {
                sentences.add(batch.title() + " was created with " + size + " jobs and " + (seen == 1
                        ? "1 is"
                        : seen
                                + " are")
                        + " in the trace");
            }
        }
    }
}
