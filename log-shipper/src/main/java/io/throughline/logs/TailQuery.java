package io.throughline.logs;

import io.throughline.event.BatchCompleted;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.serve.Problem;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a reader of {@code /api/v1/tail} wants to see.
 *
 * @param kinds log lines, events or both
 * @param query which of them
 * @param until when it ends; null when it never does
 * @param backlog how many records that are stored already come first
 */
record TailQuery(Set<Kind> kinds, LogQuery query, @Nullable Until until, int backlog) {

    static final int MOST_BACKLOG = 1_000;

    private static final Set<String> MEANINGLESS = Set.of("from", "to", "limit", "order", "cursor");

    TailQuery {
        kinds = Set.copyOf(kinds);
    }

    /** What ends a tail. */
    enum Until {
        /** The job that was asked for has completed. */
        JOB_END("job_id"),
        /** The batch that was asked for has completed. */
        BATCH_END("batch_id");

        private final String field;

        Until(String field) {
            this.field = field;
        }

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads a URL's raw query: the parameters of a search that make sense here, {@code kind}, {@code until} and {@code backlog}. */
    static TailQuery of(@Nullable String rawQuery) throws Problem {
        Map<String, String> given = new LinkedHashMap<>(Parameters.split(rawQuery));
        Set<Kind> kinds = kinds(given.remove("kind"));
        Until until = until(given.remove("until"));
        int backlog = backlog(given.remove("backlog"));
        for (String name : given.keySet()) {
            if (MEANINGLESS.contains(name)) {
                throw Parameters.bad("parameter \"" + name + "\" has no meaning here: a tail shows what arrives from"
                        + " now on, with backlog=N the newest N records before it");
            }
        }
        LogQuery query = Parameters.logQueryOf(given);
        if (until != null && !query.exact().containsKey(until.field)) {
            throw Parameters.bad("until=" + until.wireName() + " needs " + until.field);
        }
        return new TailQuery(kinds, query, until, backlog);
    }

    boolean matches(Entry entry) {
        return TailMatch.matches(kinds, query, entry);
    }

    /** The status with which the awaited thing ended, when the event tells of its end. */
    Optional<String> end(@Nullable Event event) {
        if (until == Until.JOB_END && event instanceof JobCompleted job && job.jobId().equals(awaited())) {
            return Optional.of(job.status().wireName());
        }
        if (until == Until.BATCH_END && event instanceof BatchCompleted batch && batch.batchId().equals(awaited())) {
            return Optional.of(batch.status().wireName());
        }
        return Optional.empty();
    }

    /** The id of what is waited for. */
    String awaited() {
        return until == null ? "" : query.exact().getOrDefault(until.field, "");
    }

    /** The field of that id. */
    String awaitedField() {
        return until == null ? "" : until.field;
    }

    private static Set<Kind> kinds(@Nullable String text) throws Problem {
        return switch (text == null ? "log" : text) {
            case "log" -> Set.of(Kind.LOG);
            case "event" -> Set.of(Kind.EVENT);
            case "all" -> EnumSet.allOf(Kind.class);
            default -> throw Parameters.bad("kind must be log, event or all, got " + Parameters.shown(
                    String.valueOf(text)));
        };
    }

    private static @Nullable Until until(@Nullable String text) throws Problem {
        if (text == null) {
            return null;
        }
        for (Until until : Until.values()) {
            if (until.wireName().equals(text)) {
                return until;
            }
        }
        throw Parameters.bad("until must be job_end or batch_end, got " + Parameters.shown(text));
    }

    private static int backlog(@Nullable String text) throws Problem {
        if (text == null) {
            return 0;
        }
        try {
            int backlog = Integer.parseInt(text);
            if (backlog >= 0 && backlog <= MOST_BACKLOG) {
                return backlog;
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw Parameters.bad("backlog must be a whole number from 0 to " + MOST_BACKLOG + ", got "
                + Parameters.shown(text));
    }
}
