package io.throughline.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceparentTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";

    @ParameterizedTest
    @CsvSource({"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01,true",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00,false",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe,false",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff,true",
            "'  00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\t',true"})
    void exampleOfTheStandard_isRead(String header, boolean sampled) {
        assertThat(Traceparent.parse(header)).contains(new Traceparent(TRACE, PARENT, sampled));
    }

    @ParameterizedTest
    @ValueSource(strings = {"01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like",
            "fe-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-"})
    void laterVersion_isReadByTheFieldsKnownToday(String header) {
        assertThat(Traceparent.parse(header)).contains(new Traceparent(TRACE, PARENT, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "00", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-extra",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01extra",
            "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01,00-4bf92f3577b34da6a3ce929d0e0e4736"})
    void invalidHeader_isRefused(String header) {
        assertThat(Traceparent.parse(header)).isEmpty();
    }

    @Test
    void text_isReadBackEqual() {
        for (boolean sampled : new boolean[]{true, false}) {
            var traceparent = new Traceparent(TRACE, PARENT, sampled);
            assertThat(Traceparent.parse(traceparent.toString())).contains(traceparent);
        }
    }

    @Test
    void invalidIds_cannotBeMade() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Traceparent("trace_abc123", PARENT, true))
                .withMessageContaining("trace_abc123");
        assertThatIllegalArgumentException().isThrownBy(() -> new Traceparent(TRACE, "0".repeat(16), true))
                .withMessageContaining("0".repeat(16));
    }

    @ParameterizedTest
    @CsvSource({TRACE + ",true", "00000000000000000000000000000000,false", "trace_abc123,false",
            "4BF92F3577B34DA6A3CE929D0E0E4736,false", "4bf92f35-77b3-4da6-a3ce-929d0e0e4736,false", "'',false"})
    void onlyW3cIds_areTraceIds(String id, boolean valid) {
        assertThat(Traceparent.isTraceId(id)).isEqualTo(valid);
    }
}
