package io.throughline.logging;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lines that must not be published: those of the publisher and its Kafka client. Each of them would make the next
 * record, and that the next line.
 */
public final class OwnLines {

    private static final String NETWORK_THREAD = "kafka-producer-network-thread | ";
    /** Only those of our clients: on those of its own a service logs what became of its own records. */
    private static final Set<String> NETWORK_THREADS = ConcurrentHashMap.newKeySet();

    private OwnLines() {}

    /** Lines of this Kafka client's thread are ours, too. */
    static void addClient(String clientId) {
        boolean unused = NETWORK_THREADS.add(NETWORK_THREAD + clientId);
    }

    /** Whether this logger or thread is the publisher's own. */
    public static boolean contain(String logger, String thread) {
        return isIn(logger, "org.apache.kafka") || isIn(logger, "io.throughline.publish")
                || thread.equals("throughline-publisher") || NETWORK_THREADS.contains(thread);
    }

    private static boolean isIn(String logger, String name) {
        return logger.startsWith(name) && (logger.length() == name.length() || logger.charAt(name.length()) == '.');
    }
}
