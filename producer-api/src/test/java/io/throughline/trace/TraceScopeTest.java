package io.throughline.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

@SuppressWarnings("try") // a scope is held, not used
class TraceScopeTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final TraceContext FULL = new TraceContext(TRACE, "req_456", "user_789", "job_999", "batch_111");

    @AfterEach
    void nothingIsLeft() {
        assertThat(TraceScope.current()).isEmpty();
        MDC.clear();
    }

    @Test
    void openScope_isCurrentAndInTheMdc() {
        try (TraceScope scope = TraceScope.open(FULL)) {
            assertThat(TraceScope.current()).contains(FULL);
            assertThat(MDC.getCopyOfContextMap()).containsExactlyInAnyOrderEntriesOf(Map.of("trace_id", TRACE,
                    "request_id", "req_456", "user_id", "user_789", "job_id", "job_999", "batch_id", "batch_111"));
        }
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
    }

    @Test
    void innerScope_hidesTheOuterOneAndGivesItBack() {
        MDC.put("trace_id", "put by hand");
        MDC.put("shop", "berlin");
        try (TraceScope outer = TraceScope.open(FULL)) {
            try (TraceScope inner = TraceScope.open(TraceContext.of("other"))) {
                assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("trace_id", "other", "shop", "berlin"));
            }
            assertThat(TraceScope.current()).contains(FULL);
            assertThat(MDC.get("job_id")).isEqualTo("job_999");
        }
        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("trace_id", "put by hand", "shop", "berlin"));
    }

    @Test
    void outerScopeClosedFirst_closesTheInnerOneToo() {
        TraceScope outer = TraceScope.open(FULL);
        TraceScope inner = TraceScope.open(TraceContext.of("other"));
        outer.close();
        assertThat(TraceScope.current()).isEmpty();
        inner.close();
        assertThat(TraceScope.current()).isEmpty();
        assertThat(MDC.get("trace_id")).isNull();
    }

    @Test
    void scopeClosedByAnotherThread_staysWhereItIs() throws InterruptedException {
        try (TraceScope scope = TraceScope.open(FULL)) {
            Thread other = Thread.ofPlatform().start(scope::close);
            other.join();
            assertThat(TraceScope.current()).contains(FULL);
        }
    }

    @Test
    void receivedRecord_opensTheContextOfItsHeaders() {
        var sent = new ProducerRecord<String, String>("topic", "value");
        TraceHeaders.write(FULL, sent.headers());
        var received = new ConsumerRecord<>("topic", 0, 0, "key", "value");
        sent.headers().forEach(received.headers()::add);
        try (TraceScope scope = TraceScope.open(received)) {
            assertThat(TraceScope.current()).contains(FULL);
        }
    }

    @Test
    void receivedRecordWithoutIds_beginsATrace() {
        try (TraceScope scope = TraceScope.open(new ConsumerRecord<>("topic", 0, 0, "key", "value"))) {
            assertThat(TraceScope.current().orElseThrow().traceId()).matches(Traceparent::isTraceId);
        }
    }

    @Test
    void currentSpan_givesItsTraceId() {
        var span = Span.wrap(
                SpanContext.create(TRACE, "00f067aa0ba902b7", TraceFlags.getSampled(), TraceState.getDefault()));
        try (var unused = span.makeCurrent()) {
            assertThat(TraceScope.current()).contains(TraceContext.of(TRACE));
            assertThat(TraceScope.newTrace()).isEqualTo(TraceContext.of(TRACE));
            assertThat(Traceparent.of(TraceContext.of(TRACE)).orElseThrow().parentId()).isEqualTo("00f067aa0ba902b7");
            try (TraceScope scope = TraceScope.open(TraceContext.of("opened here"))) {
                assertThat(TraceScope.current()).contains(TraceContext.of("opened here"));
            }
        }
        assertThat(TraceScope.newTrace().traceId()).matches(Traceparent::isTraceId).isNotEqualTo(TRACE);
    }

    @Test
    void interceptor_writesTheCurrentContext() {
        var interceptor = new TraceProducerInterceptor<String, String>();
        try (TraceScope scope = TraceScope.open(FULL)) {
            var sent = interceptor.onSend(new ProducerRecord<>("topic", "value"));
            assertThat(TraceHeaders.read(sent.headers())).contains(FULL);
            assertThat(TraceHeaders.text(sent.headers(), "traceparent"))
                    .isEqualTo("00-" + TRACE + "-a3ce929d0e0e4736-01");
        }
    }

    @Test
    void interceptor_leavesIdsAloneThatTheRecordHas() {
        var interceptor = new TraceProducerInterceptor<String, String>();
        var sent = new ProducerRecord<String, String>("topic", "value");
        sent.headers().add("trace_id", "mine".getBytes(UTF_8));
        try (TraceScope scope = TraceScope.open(FULL)) {
            assertThat(interceptor.onSend(sent).headers().toArray()).hasSize(1);
        }
        assertThat(interceptor.onSend(new ProducerRecord<>("topic", "value")).headers().toArray()).isEmpty();
    }
}
