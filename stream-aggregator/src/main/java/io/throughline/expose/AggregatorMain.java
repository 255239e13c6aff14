package io.throughline.expose;

import io.throughline.publish.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one aggregator until it is stopped; exits 1 with one line when it cannot work, so that a supervisor sees it. */
public final class AggregatorMain {

    private AggregatorMain() {}

    /** Takes no arguments; the environment configures it. */
    public static void main(String[] args) throws InterruptedException {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "io/throughline/expose/logback.xml");
        }
        var stop = new CountDownLatch(1);
        try {
            var settings = Settings.of(System.getenv());
            var config = AggregatorConfig.from(settings);
            settings.rejectUnknown();
            log().info("settings {}", settings.effective());
            var aggregator = Aggregator.start(config, AggregatorMain::fail);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                aggregator.close();
                stop.countDown();
            }, "shutdown"));
            log().info("metrics on http://{}:{}/metrics", config.bind(), aggregator.port());
        } catch (IllegalArgumentException | IOException | UncheckedIOException | KafkaException e) {
            fail(reason(e));
        }
        stop.await();
    }

    private static void fail(String why) {
        System.err.println("aggregator: " + why);
        // exit would wait for the shutdown hook, which may wait for the thread that calls this
        Thread.ofPlatform().start(() -> System.exit(1));
    }

    private static String reason(Exception e) {
        // Kafka's "Failed to create new KafkaAdminClient" keeps to itself what is wrong.
        Throwable cause = e.getCause();
        return e instanceof KafkaException && cause != null
                ? e.getMessage() + ": " + cause.getMessage()
                : String.valueOf(e.getMessage());
    }

    private static Logger log() {
        return LoggerFactory.getLogger(AggregatorMain.class);
    }
}
