package io.throughline.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.event.LlmCompleted;
import io.throughline.trace.TraceContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** See {@link ProducerContender#DIRECT}. */
final class ProducerDirect implements ProducerVariant<LlmCompleted> {

    private final JsonMapper mapper = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.ALL_NON_NULL).build();
    private final AtomicLong failed = new AtomicLong();
    private final KafkaProducer<byte[], byte[]> producer;

    /** What the event is to Jackson: databind on plain fields, without the custom types of ours. */
    private record Body(String eventId, String eventType, String timestamp, String service, String model,
            String status, double latencySeconds, long promptTokens, long completionTokens) {}

    ProducerDirect(String bootstrapServers) {
        // What the publisher sets, so that both send the same batches.
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", 5,
                        "batch.size", 64 * 1024, "compression.type", "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public LlmCompleted build(String id, TraceContext trace, Instant time) {
        return ProducerEmit.event(id, time);
    }

    @Override
    public void take(LlmCompleted event, TraceContext trace) {
        try {
            byte[] value = mapper.writeValueAsBytes(new Body(event.origin().eventId(), "llm.completed",
                    event.origin().timestamp().toString(), event.origin().service(), event.model(), "success",
                    event.latencySeconds(), event.promptTokens(), event.completionTokens()));
            var record = new ProducerRecord<>("throughline.llm", null, event.origin().timestamp().toEpochMilli(),
                    bytes(trace.traceId()), value);
            record.headers().add("trace_id", bytes(trace.traceId()))
                    .add("request_id", bytes(String.valueOf(trace.requestId())))
                    .add("user_id", bytes(String.valueOf(trace.userId())))
                    .add("traceparent", bytes("00-" + trace.traceId() + "-" + trace.traceId().substring(16) + "-01"))
                    .add("schema_version", bytes("1")).add("event_type", bytes("llm.completed"));
            Future<?> unused = producer.send(record, (metadata, failure) -> {
                if (failure != null) {
                    failed.incrementAndGet();
                }
            });
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean endsAtTheBroker() {
        return true;
    }

    @Override
    public long lost() {
        return failed.get();
    }

    @Override
    public void close() {
        producer.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
