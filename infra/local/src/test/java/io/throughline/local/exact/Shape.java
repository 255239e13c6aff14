package io.throughline.local.exact;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a usable event looks like, written down from the contract and not from the code.
 *
 * @param topic where it belongs
 * @param fields {@code name:kind}, with a {@code !} where the field is required
 */
record Shape(String topic, String fields) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final String COMMON = "event_id:text! timestamp:time! service:text! ";
    private static final String JOB = "job_id:text! job_type:text! ";

    private static final Map<String, Shape> SHAPES = Map.ofEntries(
            Map.entry("job.created", new Shape("jobs", JOB)), Map.entry("job.started", new Shape("jobs", JOB)),
            Map.entry("job.completed", new Shape("jobs", JOB + "status:outcome! duration_seconds:seconds")),
            Map.entry("batch.created", new Shape("batches", "batch_id:text! size:count")),
            Map.entry("batch.completed",
                    new Shape("batches", "batch_id:text! status:outcome! processing_seconds:seconds")),
            Map.entry("llm.completed", new Shape("llm", "model:text! status:answer! latency_seconds:seconds! "
                    + "prompt_tokens:count! completion_tokens:count! cached_tokens:count cost_usd:usd")),
            Map.entry("cache.hit", new Shape("cache", "cache:text! saved_usd:usd saved_tokens:count")),
            Map.entry("cache.miss", new Shape("cache", "cache:text!")),
            Map.entry("cache.size", new Shape("cache", "cache:text! entries:count! instance:text")),
            Map.entry("request.completed", new Shape("services",
                    "method:text! route:text! status_code:code! duration_seconds:seconds!")),
            Map.entry("database.error", new Shape("services", "database:text! operation:text!")),
            Map.entry("service.heartbeat", new Shape("services", "instance:text!")));

    /** The event of a record; empty when the contract does not let it count. */
    static Optional<JsonNode> event(String topic, Map<String, String> headers, byte[] value) {
        try {
            JsonNode event = JSON.readTree(value);
            return event != null && event.isObject() && isVersionOne(headers) && hasTrace(headers, event)
                    && fits(topic, event) ? Optional.of(event) : Optional.empty();
        } catch (JacksonException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new AssertionError("bytes in memory can be read", e);
        }
    }

    private static boolean isVersionOne(Map<String, String> headers) {
        return headers.getOrDefault("schema_version", "1").equals("1");
    }

    private static boolean hasTrace(Map<String, String> headers, JsonNode event) {
        return headers.containsKey("trace_id") || headers.containsKey("traceparent")
                || event.path("trace_id").isTextual();
    }

    private static boolean fits(String topic, JsonNode event) {
        Shape shape = SHAPES.get(event.path("event_type").asText());
        return shape != null && shape.topic.equals(topic)
                && Arrays.stream((COMMON + shape.fields).split(" ", -1)).allMatch(field -> fieldFits(field, event))
                && event.path("cached_tokens").asLong() <= event.path("prompt_tokens").asLong();
    }

    private static boolean fieldFits(String field, JsonNode event) {
        String[] nameAndKind = field.replace("!", "").split(":", -1);
        JsonNode value = event.path(nameAndKind[0]);
        if (value.isMissingNode() || value.isNull()) {
            return !field.endsWith("!");
        }
        return switch (nameAndKind[1]) {
            case "text" -> value.isTextual() && !value.textValue().isBlank();
            case "time" -> value.isTextual() && isTime(value.textValue());
            case "seconds", "usd" -> value.isNumber() && value.decimalValue().signum() >= 0;
            case "count" -> isCount(value, 0, 1_000_000_000);
            case "code" -> isCount(value, 100, 599);
            case "outcome" -> List.of("success", "failed", "cancelled").contains(value.asText());
            case "answer" -> List.of("success", "error", "timeout", "rate_limited").contains(value.asText());
            default -> throw new AssertionError(field);
        };
    }

    private static boolean isCount(JsonNode value, long least, long most) {
        if (!value.isNumber()) {
            return false;
        }
        BigDecimal number = value.decimalValue();
        return number.stripTrailingZeros().scale() <= 0 && number.compareTo(BigDecimal.valueOf(least)) >= 0
                && number.compareTo(BigDecimal.valueOf(most)) <= 0;
    }

    private static boolean isTime(String text) {
        try {
            return Instant.parse(text) != null;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
