package io.throughline.trace;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Writes the current context into the headers of what a service's own Kafka producer sends:
 * {@code interceptor.classes=io.throughline.trace.TraceProducerInterceptor}.
 *
 * <p>The context is that of the thread that calls {@code send}. A record that has a {@code trace_id} or
 * {@code traceparent} keeps its headers as they are, and so does one that is sent where no context is current.
 */
public final class TraceProducerInterceptor<K, V> implements ProducerInterceptor<K, V> {

    /** Made by Kafka. */
    public TraceProducerInterceptor() {}

    @Override
    public ProducerRecord<K, V> onSend(ProducerRecord<K, V> sent) {
        TraceContext context = TraceScope.currentOrNull();
        Headers headers = sent.headers();
        if (context != null && headers.lastHeader(TraceHeaders.TRACE_ID) == null
                && headers.lastHeader(Traceparent.HEADER) == null) {
            TraceHeaders.write(context, headers);
            Traceparent.of(context).ifPresent(
                    parent -> TraceHeaders.put(headers, Traceparent.HEADER, parent.toString()));
        }
        return sent;
    }

    @Override
    public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception failure) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> properties) {}
}
