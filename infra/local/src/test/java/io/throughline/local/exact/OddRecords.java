package io.throughline.local.exact;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records that no publisher would send: broken in every way that has a name, or unusual and yet right. */
final class OddRecords {

    /** Topic, headers and value; {@code ID} and {@code NOW} are filled in. */
    private record Odd(String topic, List<String> headers, String value) {}

    private static final List<String> TRACED = List.of("trace_id=odd");
    private static final String COMMON = "\"event_id\":\"ID\",\"timestamp\":\"NOW\",\"service\":\"writer\",";
    private static final String MISS = "{" + COMMON + "\"event_type\":\"cache.miss\",\"cache\":\"prompts\"";
    private static final String CALL = "{" + COMMON
            + "\"event_type\":\"llm.completed\",\"model\":\"gpt-4o\",\"status\":\"success\",";

    private static final List<Odd> ALL = List.of(
            new Odd("cache", TRACED, ""), new Odd("cache", TRACED, "{\"event_id\":"),
            new Odd("llm", TRACED, "[1]"), new Odd("jobs", TRACED, "7"),
            new Odd("cache", TRACED, MISS + "} x"),
            new Odd("cache", TRACED, MISS.replace("cache.miss", "cache.lost") + "}"),
            new Odd("cache", TRACED, MISS.replace("\"prompts\"", "7") + "}"),
            new Odd("cache", TRACED, MISS.replace("NOW", "yesterday") + "}"),
            new Odd("cache", TRACED, MISS.replace("ID", "") + "}"),
            new Odd("jobs", TRACED, MISS + "}"), new Odd("cache", List.of(), MISS + "}"),
            new Odd("cache", List.of("trace_id=odd", "schema_version=2"), MISS + "}"),
            new Odd("llm", TRACED, CALL + "\"latency_seconds\":-1,\"prompt_tokens\":1,\"completion_tokens\":1}"),
            new Odd("llm", TRACED, CALL + "\"latency_seconds\":1,\"prompt_tokens\":1.5,\"completion_tokens\":1}"),
            new Odd("llm", TRACED, CALL + "\"latency_seconds\":1,\"prompt_tokens\":1}"),
            new Odd("llm", TRACED, CALL
                    + "\"latency_seconds\":1,\"prompt_tokens\":1,\"completion_tokens\":1,\"cached_tokens\":2}"),
            new Odd("llm", TRACED, CALL.replace("success", "great")
                    + "\"latency_seconds\":1,\"prompt_tokens\":1,\"completion_tokens\":1}"),
            // Right, if unusual.
            new Odd("llm", TRACED, CALL + "\"latency_seconds\":25e-1,\"prompt_tokens\":3e2,\"completion_tokens\":4.0,"
                    + "\"cost_usd\":null,\"extra\":{\"deep\":[1]}}"),
            new Odd("cache", List.of(), MISS + ",\"trace_id\":\"in-the-body\"}"),
            new Odd("cache", List.of("traceparent=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                    MISS + "}"),
            new Odd("cache", List.of("trace_id=odd", "replay_id=replay-1"), MISS + "}"));

    private final String topicPrefix;
    private final RandomGenerator random;
    private final Clock clock;
    private final String idPrefix;
    private long ids;

    OddRecords(String topicPrefix, RandomGenerator random, Clock clock, String idPrefix) {
        this.topicPrefix = topicPrefix;
        this.random = random;
        this.clock = clock;
        this.idPrefix = idPrefix;
    }

    ProducerRecord<byte[], byte[]> next() {
        Odd odd = ALL.get(random.nextInt(ALL.size()));
        String value = odd.value().replace("ID", idPrefix + "odd-" + ids++).replace("NOW", clock.instant().toString());
        var record = new ProducerRecord<>(topicPrefix + odd.topic(), null, clock.millis(),
                Long.toString(random.nextLong()).getBytes(UTF_8), value.getBytes(UTF_8));
        odd.headers().forEach(header -> {
            int equals = header.indexOf('=');
            record.headers().add(header.substring(0, equals), header.substring(equals + 1).getBytes(UTF_8));
        });
        return record;
    }
}
