package io.throughline.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.event.DeadLetterReason;
import io.throughline.event.InvalidRecordException;
import io.throughline.trace.TraceHeaders;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeadLettersTest {

    private final InvalidRecordException why = new InvalidRecordException(DeadLetterReason.MISSING_FIELD,
            "é is required");

    private final Headers original = new RecordHeaders().add("x", new byte[]{(byte) 0xff}).add("x", null)
            .add("trace_id", "t".getBytes(UTF_8));

    @Test
    void headers_sayWhyAndWhereBesideTheOriginalOnes() {
        Headers headers = DeadLetters.headers(original, "throughline.llm", 3, 17L, why);
        assertThat(headers.toArray()).startsWith(original.toArray()).hasSize(8);
        assertThat(TraceHeaders.text(headers, "dead_letter_reason")).isEqualTo("missing_field");
        assertThat(TraceHeaders.text(headers, "dead_letter_detail")).isEqualTo("é is required");
        assertThat(TraceHeaders.text(headers, "dead_letter_topic")).isEqualTo("throughline.llm");
        assertThat(TraceHeaders.text(headers, "dead_letter_partition")).isEqualTo("3");
        assertThat(TraceHeaders.text(headers, "dead_letter_offset")).isEqualTo("17");
    }

    @Test
    void originalHeaders_areLeftAlone() {
        DeadLetters.headers(original, "throughline.llm", 3, 17L, why);
        assertThat(original.toArray()).hasSize(3);
    }

    @Test
    void recordRefusedAgain_tellsOfTheLastRefusal() {
        Headers first = DeadLetters.headers(original, "throughline.llm", 3, 17L, why);
        Headers second = DeadLetters.headers(first, "throughline.llm", 4, 18L, why);
        assertThat(TraceHeaders.text(second, "dead_letter_offset")).isEqualTo("18");
    }

    @ParameterizedTest
    @EnumSource
    void reason_isWrittenInSnakeCase(DeadLetterReason reason) {
        assertThat(reason.wireName()).matches("[a-z]+(_[a-z]+)*");
    }
}
