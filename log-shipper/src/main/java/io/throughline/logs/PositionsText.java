package io.throughline.logs;

import java.io.IOException;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Positions as texts, in the user data of commits and in the store's own file. */
final class PositionsText {

    private static final String KEY = "position/";

    private PositionsText() {}

    static void write(Map<TopicPartition, Long> positions, Map<String, String> data) {
        positions.forEach((partition, next) -> data.put(KEY + partition, Long.toString(next)));
    }

    /** Takes those in {@code data}, and leaves out what is none. */
    static void read(Map<String, String> data, Map<TopicPartition, Long> positions) throws IOException {
        for (Map.Entry<String, String> pair : data.entrySet()) {
            String key = pair.getKey();
            int dash = key.lastIndexOf('-');
            try {
                if (key.startsWith(KEY)) {
                    positions.put(new TopicPartition(key.substring(KEY.length(), dash),
                            Integer.parseInt(key.substring(dash + 1))), Long.parseLong(pair.getValue()));
                }
            } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
                throw new IOException("it has a position that cannot be read: " + pair, e);
            }
        }
    }
}
