package io.throughline.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** Records as tests want them. */
final class Inputs {

    private Inputs() {}

    static InputRecord of(String value, Map<String, String> headers) {
        return of("throughline.llm", 3, 1047, 1_769_614_200_125L, value, headers);
    }

    static InputRecord of(String topic, int partition, long offset, long timestamp, String value,
            Map<String, String> headers) {
        var kafkaHeaders = new RecordHeaders();
        headers.forEach((name, text) -> kafkaHeaders.add(name, text.getBytes(UTF_8)));
        return new InputRecord(new ConsumerRecord<>(topic, partition, offset, timestamp, TimestampType.CREATE_TIME, 0,
                0, "k".getBytes(UTF_8), value.getBytes(UTF_8), kafkaHeaders, Optional.empty()));
    }
}
