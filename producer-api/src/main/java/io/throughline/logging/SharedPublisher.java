package io.throughline.logging;

import io.throughline.publish.Accounting;
import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import java.util.HashMap;
import java.util.Map;

/**
 * One publisher for all of a process: its appenders and, if it likes, its own code. It is closed when the JVM ends, not
 * when a logging configuration is loaded anew, and what it could not send by then is told on standard error.
 */
public final class SharedPublisher {

    private static final Map<Map<String, String>, Publisher> PUBLISHERS = new HashMap<>();

    private SharedPublisher() {}

    /** The publisher of this process for the settings of its environment; started by the first who asks. */
    public static Publisher of(String service) {
        return of(service, Map.of());
    }

    /**
     * As {@link #of(String)}, with some settings in place of the environment's.
     *
     * @throws IllegalArgumentException that names the setting and the value, when one is wrong
     */
    public static Publisher of(String service, Map<String, String> overrides) {
        Map<String, String> settings = new HashMap<>(System.getenv());
        settings.putAll(overrides);
        settings.keySet().removeIf(key -> !key.startsWith(Settings.PREFIX));
        synchronized (PUBLISHERS) {
            Map<String, String> key = new HashMap<>(settings);
            key.put("service", service);
            return PUBLISHERS.computeIfAbsent(key, unused -> started(service, settings));
        }
    }

    private static Publisher started(String service, Map<String, String> settings) {
        Settings read = Settings.of(settings);
        OwnLines.addClient(String.valueOf(read.kafka().getOrDefault("client.id", service)));
        Publisher publisher = Publisher.start(read, service);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            publisher.close();
            tell(publisher.accounting());
        }, "throughline-close"));
        return publisher;
    }

    private static void tell(Accounting last) {
        long lost = last.accepted() - last.acknowledged() - last.spilled();
        if (lost > 0) {
            System.err
                    .println("throughline: " + lost + " records were not stored by the brokers when the process ended: "
                            + last);
        }
    }
}
