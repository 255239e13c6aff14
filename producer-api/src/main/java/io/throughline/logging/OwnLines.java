package io.throughline.logging;

/**
 * The lines that must not be published: those of the publisher and its Kafka client. Each of them would make the next
 * record, and that the next line.
 */
public final class OwnLines {

    private OwnLines() {}

    /** Whether this logger or thread is the publisher's own. */
    public static boolean contain(String logger, String thread) {
        return isIn(logger, "org.apache.kafka") || isIn(logger, "io.throughline.publish")
                || thread.equals("throughline-publisher") || thread.startsWith("kafka-producer-network-thread");
    }

    private static boolean isIn(String logger, String name) {
        return logger.startsWith(name) && (logger.length() == name.length() || logger.charAt(name.length()) == '.');
    }
}
