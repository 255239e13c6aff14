package io.throughline.replay;

import io.throughline.trace.Traceparent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which records are meant. Immutable.
 *
 * @param topics full names
 * @param range of event time
 * @param ids what {@code trace_id}, {@code user_id}, {@code job_id}, {@code batch_id} have to be, those that matter
 * @param where one more condition
 */
public record Selection(Set<String> topics, TimeRange range, Map<String, String> ids, Optional<Condition> where) {

    /** Keeps copies. */
    public Selection {
        topics = Set.copyOf(topics);
        ids = Map.copyOf(ids);
    }

    /** Whether a record is meant. The cheap questions come first, because most records are not. */
    public boolean matches(InputRecord candidate) {
        return topics.contains(candidate.kafka().topic()) && mayHaveIds(candidate.kafka())
                && hasIds(candidate)
                && (range.equals(TimeRange.ALL) || range.contains(candidate.eventTimeNanos()))
                && where.map(condition -> condition.holds(candidate)).orElse(true);
    }

    /** Whether a record has every id that it has to have. */
    public boolean hasIds(InputRecord candidate) {
        return ids.entrySet().stream().allMatch(id -> id.getValue().equals(candidate.field(id.getKey())));
    }

    /** False when an id occurs neither in a header nor anywhere in the value, which parses nothing. */
    private boolean mayHaveIds(ConsumerRecord<byte[], byte[]> kafka) {
        for (var id : ids.entrySet()) {
            boolean told = kafka.headers().lastHeader(id.getKey()) != null
                    || kafka.headers().lastHeader(Traceparent.HEADER) != null;
            if (!told && !occurs(id.getValue().getBytes(StandardCharsets.UTF_8), kafka.value())) {
                return false;
            }
        }
        return true;
    }

    /** True also when the value has escapes, behind which anything may stand. */
    private static boolean occurs(byte[] wanted, byte @Nullable [] value) {
        if (value == null) {
            return false;
        }
        for (int start = 0; start < value.length; start++) {
            if (value[start] == '\\'
                    || Arrays.equals(value, start, Math.min(value.length, start + wanted.length), wanted, 0,
                            wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
