package io.throughline.replay;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a record stands, written {@code topic:partition:offset}.
 *
 * @param topic its full name
 * @param partition from 0
 * @param offset from 0
 */
public record Coordinates(String topic, int partition, long offset) {

    /** Of such a record. */
    public static Coordinates of(ConsumerRecord<?, ?> input) {
        return new Coordinates(input.topic(), input.partition(), input.offset());
    }

    /**
     * Reads {@code throughline.llm:3:1047}.
     *
     * @throws IllegalArgumentException with the text, when it has another form
     */
    public static Coordinates parse(String text) {
        int second = text.lastIndexOf(':');
        int first = text.lastIndexOf(':', second - 1);
        try {
            if (first > 0) {
                int partition = Integer.parseInt(text.substring(first + 1, second));
                long offset = Long.parseLong(text.substring(second + 1));
                if (partition >= 0 && offset >= 0) {
                    return new Coordinates(text.substring(0, first), partition, offset);
                }
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("a record must be named TOPIC:PARTITION:OFFSET, such as"
                + " throughline.llm:3:1047, got \"" + text + '"');
    }

    TopicPartition topicPartition() {
        return new TopicPartition(topic, partition);
    }

    @Override
    public String toString() {
        return topic + ':' + partition + ':' + offset;
    }
}
