package io.throughline.logs;

import io.throughline.publish.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import org.apache.kafka.common.KafkaException;
import org.slf4j.LoggerFactory;

/** The log shipper as a process: runs until it gets a signal; exit code 1 and one line when it cannot. */
public final class ShipperMain {

    /** Held, because java.util.logging forgets levels of loggers that nobody holds. */
    private static final java.util.logging.Logger LUCENE = java.util.logging.Logger.getLogger("org.apache.lucene");

    private ShipperMain() {}

    /** Starts a shipper with the settings of the environment. */
    public static void main(String[] args) throws InterruptedException {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "io/throughline/logs/logback.xml");
        }
        LUCENE.setLevel(Level.SEVERE);
        var done = new CountDownLatch(1);
        var failed = new AtomicBoolean();
        Shipper shipper;
        try {
            shipper = start(failed, done);
        } catch (IOException | IllegalArgumentException | UncheckedIOException | KafkaException e) {
            System.err.println("log-shipper: " + reason(e));
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(shipper::close, "throughline-stop"));
        done.await();
        System.exit(1);
    }

    private static Shipper start(AtomicBoolean failed, CountDownLatch done) throws IOException {
        var settings = Settings.of(System.getenv());
        var config = ShipperConfig.from(settings);
        settings.rejectUnknown();
        LoggerFactory.getLogger(ShipperMain.class).info("settings {}", settings.effective());
        return Shipper.start(config, reason -> {
            if (!failed.getAndSet(true)) {
                System.err.println("log-shipper: " + reason);
                done.countDown();
            }
        });
    }

    private static String reason(Exception e) {
        // Kafka's "Failed to construct kafka consumer" keeps to itself what is wrong.
        Throwable cause = e.getCause();
        return e instanceof KafkaException && cause != null
                ? e.getMessage() + ": " + cause.getMessage()
                : String.valueOf(e.getMessage());
    }
}
