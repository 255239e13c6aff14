package io.throughline.aggregate;

import io.throughline.event.DeadLetterReason;
import io.throughline.event.JobStatus;
import io.throughline.event.LlmStatus;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The labels whose values are a closed list. */
final class Vocabulary {

    static final Label LLM_STATUS = Label.closed("status", names(LlmStatus.values(), LlmStatus::wireName));
    static final Label JOB_STATUS = Label.closed("status", names(JobStatus.values(), JobStatus::wireName));
    static final Label TOKEN_TYPE = Label.closed("type", List.of("prompt", "cached", "completion"));
    static final Label DEAD_LETTER_REASON = Label.closed("reason",
            names(DeadLetterReason.values(), DeadLetterReason::wireName));

    private Vocabulary() {}

    private static <E> List<String> names(E[] values, Function<E, String> name) {
        return Arrays.stream(values).map(name).toList();
    }
}
