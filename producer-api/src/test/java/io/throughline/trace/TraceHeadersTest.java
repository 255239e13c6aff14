package io.throughline.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceHeadersTest {

    private static final String W3C = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final TraceContext FULL = new TraceContext("trace_abc123", "req_é", "中", "😀", "b");

    private final Headers headers = new RecordHeaders();

    @Test
    void context_isReadBackEqual() {
        TraceHeaders.write(FULL, headers);
        assertThat(TraceHeaders.read(headers)).contains(FULL);
    }

    @Test
    void context_isWrittenUnderTheContractsNamesInUtf8() {
        TraceHeaders.write(FULL, headers);
        assertThat(headers).extracting(header -> header.key() + '=' + new String(header.value(), UTF_8))
                .containsExactly("trace_id=trace_abc123", "request_id=req_é", "user_id=中", "job_id=😀", "batch_id=b");
    }

    @Test
    void unknownIds_writeNoHeader() {
        TraceHeaders.write(TraceContext.of("t"), headers);
        assertThat(headers).extracting(header -> header.key()).containsExactly("trace_id");
    }

    @Test
    void noHeaders_nameNoContext() {
        TraceHeaders.put(headers, TraceHeaders.USER_ID, "u");
        assertThat(TraceHeaders.read(headers)).isEmpty();
    }

    @Test
    void traceparent_servesWhereTraceIdIsMissing() {
        TraceHeaders.put(headers, Traceparent.HEADER, "00-" + W3C + "-00f067aa0ba902b7-01");
        TraceHeaders.put(headers, TraceHeaders.USER_ID, "u");
        assertThat(TraceHeaders.read(headers)).contains(TraceContext.of(W3C).withUserId("u"));
    }

    @Test
    void traceId_winsOverTraceparent() {
        TraceHeaders.put(headers, Traceparent.HEADER, "00-" + W3C + "-00f067aa0ba902b7-01");
        TraceHeaders.put(headers, TraceHeaders.TRACE_ID, "trace_abc123");
        assertThat(TraceHeaders.read(headers)).contains(TraceContext.of("trace_abc123"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void blankHeader_countsAsNone(String blank) {
        TraceHeaders.put(headers, TraceHeaders.TRACE_ID, blank);
        TraceHeaders.put(headers, Traceparent.HEADER, blank);
        assertThat(TraceHeaders.read(headers)).isEmpty();
    }

    @Test
    void blankTraceId_givesWayToTraceparent() {
        TraceHeaders.put(headers, TraceHeaders.TRACE_ID, " ");
        TraceHeaders.put(headers, Traceparent.HEADER, "00-" + W3C + "-00f067aa0ba902b7-01");
        assertThat(TraceHeaders.read(headers)).contains(TraceContext.of(W3C));
    }

    @Test
    void invalidTraceparent_namesNoTrace() {
        TraceHeaders.put(headers, Traceparent.HEADER, "ff-" + W3C + "-00f067aa0ba902b7-01");
        assertThat(TraceHeaders.read(headers)).isEmpty();
    }

    @Test
    void repeatedHeader_countsWithItsLastValue() {
        TraceHeaders.put(headers, TraceHeaders.TRACE_ID, "first");
        TraceHeaders.put(headers, TraceHeaders.TRACE_ID, "last");
        assertThat(TraceHeaders.read(headers)).contains(TraceContext.of("last"));
    }

    @Test
    void headerWithoutValue_countsAsNone() {
        headers.add(TraceHeaders.TRACE_ID, null);
        assertThat(TraceHeaders.read(headers)).isEmpty();
    }

    @Test
    void invalidUtf8_isReadWithReplacements() {
        headers.add(TraceHeaders.TRACE_ID, new byte[]{'a', (byte) 0xff, 'b'});
        assertThat(TraceHeaders.text(headers, TraceHeaders.TRACE_ID)).isEqualTo("a\ufffdb");
    }

    @Test
    void over_replacesWhatTheHeadersNameAndKeepsTheRest() {
        TraceHeaders.put(headers, TraceHeaders.REQUEST_ID, "header");
        assertThat(TraceHeaders.over(headers, TraceContext.of("t").withRequestId("body").withUserId("u")))
                .isEqualTo(TraceContext.of("t").withRequestId("header").withUserId("u"));
    }

    @Test
    void contextWithoutTraceId_cannotBeMade() {
        assertThatIllegalArgumentException().isThrownBy(() -> TraceContext.of(" "))
                .withMessage("trace_id must not be empty");
    }

    @Test
    void withers_changeOneIdEach() {
        assertThat(TraceContext.of("t").withRequestId("r").withUserId("u").withJobId("j").withBatchId("b"))
                .isEqualTo(new TraceContext("t", "r", "u", "j", "b"));
    }
}
