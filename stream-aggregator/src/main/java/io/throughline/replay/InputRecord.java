package io.throughline.replay;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.throughline.aggregate.Nanos;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A record as a replay looks at it: its value is parsed when the first field of it is asked for. Not thread-safe. */
public final class InputRecord {

    private static final List<String> IDS = List.of(TraceHeaders.TRACE_ID, TraceHeaders.REQUEST_ID,
            TraceHeaders.USER_ID, TraceHeaders.JOB_ID, TraceHeaders.BATCH_ID);
    private static final ObjectReader JSON = JsonMapper
            .builder(JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();
    private static final long NANOS_A_MILLI = 1_000_000;

    private final ConsumerRecord<byte[], byte[]> kafka;
    private @Nullable JsonNode json;

    /** Looks at {@code kafka}. */
    public InputRecord(ConsumerRecord<byte[], byte[]> kafka) {
        this.kafka = kafka;
    }

    /** The record as Kafka gave it. */
    public ConsumerRecord<byte[], byte[]> kafka() {
        return kafka;
    }

    /** The value; a missing node when it is not one JSON document. */
    public JsonNode json() {
        JsonNode known = json;
        if (known == null) {
            known = parse(kafka.value());
            json = known;
        }
        return known;
    }

    /**
     * The event time in nanoseconds since 1970: {@code timestamp} of the value, at most the record's timestamp, as the
     * live numbers have it; the record's timestamp where the value tells no time.
     */
    public long eventTimeNanos() {
        long latest = Math.clamp(kafka.timestamp(), 0, Long.MAX_VALUE / NANOS_A_MILLI - 1) * NANOS_A_MILLI
                + NANOS_A_MILLI - 1;
        return instant(json().path("timestamp").asText("")).map(Nanos::ofInstant).map(at -> Math.min(at, latest))
                .orElse(latest - NANOS_A_MILLI + 1);
    }

    /**
     * What a name in a condition or an option stands for: {@code topic}, {@code partition}, {@code offset}, {@code key},
     * {@code header.NAME}, one of the ids (the header wins, as everywhere), else a field of the value ({@code a.b} for
     * one inside another), else the header of that name. Null when the record has none.
     */
    public @Nullable String field(String name) {
        return switch (name) {
            case "topic" -> kafka.topic();
            case "partition" -> Integer.toString(kafka.partition());
            case "offset" -> Long.toString(kafka.offset());
            case "key" -> kafka.key() == null ? null : new String(kafka.key(), StandardCharsets.UTF_8);
            default -> {
                if (name.startsWith("header.")) {
                    yield header(name.substring("header.".length()));
                }
                String first = IDS.contains(name) ? header(name) : body(name);
                yield first != null ? first : IDS.contains(name) ? body(name) : header(name);
            }
        };
    }

    private @Nullable String header(String name) {
        if (name.equals(TraceHeaders.TRACE_ID)) {
            return TraceHeaders.read(kafka.headers()).map(TraceContext::traceId).orElse(null);
        }
        return TraceHeaders.text(kafka.headers(), name);
    }

    private @Nullable String body(String name) {
        JsonNode node = json().path(name);
        if (node.isMissingNode() && name.indexOf('.') > 0) {
            node = json();
            for (String step : name.split("\\.", -1)) {
                node = node.path(step);
            }
        }
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        return node.isValueNode() ? node.asText() : node.toString();
    }

    static Optional<Instant> instant(String text) {
        try {
            return text.length() < "2026-01-28T15:30Z".length()
                    ? Optional.empty()
                    : Optional.of(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static JsonNode parse(byte @Nullable [] value) {
        if (value == null || value.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            JsonNode read = JSON.readTree(value);
            return read == null ? MissingNode.getInstance() : read;
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
