package io.throughline.aggregate;

import java.nio.charset.StandardCharsets;

/**
 * How far the state has come in one partition of a topic, kept in the state itself: Kafka forgets the offsets of a group
 * that stays away for long, and then everything would be counted once more.
 *
 * @param topicId tells the topic from another one that has its name later
 * @param next the offset after the last record that the state holds
 */
record Position(String topicId, long next) {

    byte[] encoded() {
        return (topicId + " " + next).getBytes(StandardCharsets.UTF_8);
    }

    static Position decode(byte[] encoded) {
        String text = new String(encoded, StandardCharsets.UTF_8);
        int space = text.indexOf(' ');
        return new Position(text.substring(0, space), Long.parseLong(text.substring(space + 1)));
    }
}
