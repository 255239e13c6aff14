package io.throughline.aggregate;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How far the state has come in one partition of a topic, kept in the state itself: Kafka forgets the offsets of a group
 * that stays away for long, and then everything would be counted once more.
 *
 * @param topicId tells the topic from another one that has its name later
 * @param next the offset after the last record that the state holds
 * @param streamTimeMillis the newest record timestamp of all topics so far, so that time goes on after a restart
 * @param generation how often something was committed so far, of all topics
 */
record Position(String topicId, long next, long streamTimeMillis, long generation) {

    byte[] encoded() {
        return (topicId + " " + next + " " + streamTimeMillis + " " + generation).getBytes(StandardCharsets.UTF_8);
    }

    static Position decode(byte[] encoded) {
        List<String> parts = List.of(new String(encoded, StandardCharsets.UTF_8).split(" ", -1));
        return new Position(parts.get(0), Long.parseLong(parts.get(1)), Long.parseLong(parts.get(2)),
                parts.size() > 3 ? Long.parseLong(parts.get(3)) : 0);
    }
}
