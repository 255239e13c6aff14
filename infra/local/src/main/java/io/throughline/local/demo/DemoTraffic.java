package io.throughline.local.demo;

import io.throughline.publish.Accounting;
import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays the traffic of a demo platform in real time through a {@link Publisher}, as its services would.
 *
 * <p>Publishes some 35 records a second, times {@code THROUGHLINE_DEMO_RATE}, until it is closed. It starts and goes on
 * without a broker; what is dropped then is counted by the publisher. Thread-safe.
 */
public final class DemoTraffic implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DemoTraffic.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);
    private static final double LEAST_RATE = 0.01;
    private static final double MOST_RATE = 1000;

    private final Traffic traffic;
    private final OpenWork open = new OpenWork();
    private final Publisher publisher;
    private final Clock clock;
    private final Thread player;
    private final CountDownLatch stop = new CountDownLatch(1);

    private DemoTraffic(Traffic traffic, Publisher publisher, Clock clock) {
        this.traffic = traffic;
        this.publisher = publisher;
        this.clock = clock;
        this.player = Thread.ofPlatform().name("throughline-demo").daemon().start(this::play);
    }

    /**
     * Reads the settings now, and starts the traffic when it is asked for.
     *
     * @throws IllegalArgumentException that names the setting and its value, when one is out of range
     */
    public static Supplier<DemoTraffic> configure(Settings settings) {
        double rate = rate(settings);
        var random = new SplittableRandom(seed(settings));
        Supplier<Publisher> publisher = Publisher.configure(settings, "throughline-demo");
        Clock clock = Clock.systemUTC();
        return () -> start(new Traffic(clock.instant(), random, rate), publisher.get(), clock);
    }

    static DemoTraffic start(Traffic traffic, Publisher publisher, Clock clock) {
        return new DemoTraffic(traffic, publisher, clock);
    }

    /** Ends what is in flight as cancelled, publishes what waits for three seconds at most, and says what came of it. */
    @Override
    public void close() {
        stop.countDown();
        try {
            player.join(CLOSE_TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Accounting accounting = publisher.close(CLOSE_TIMEOUT);
        LOG.info("demo traffic ended: {} records, {} acknowledged, {} dropped", accounting.accepted(),
                accounting.acknowledged(), accounting.dropped());
    }

    private void play() {
        Emission next = traffic.next();
        while (!stopped(next.at())) {
            open.note(next);
            publish(next);
            next = traffic.next();
        }
        open.cancel(clock.instant()).forEach(this::publish);
    }

    /** Waits until it is time, or until there is no more to come. */
    private boolean stopped(Instant due) {
        try {
            long nanos = Math.max(0, Duration.between(clock.instant(), due).toNanos());
            return stop.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void publish(Emission emission) {
        switch (emission) {
            case Emission.Happened happened -> publisher.emit(happened.event(), happened.context());
            case Emission.Logged logged -> publisher.log(logged.log());
        }
    }

    private static double rate(Settings settings) {
        String text = settings.text("THROUGHLINE_DEMO_RATE", "1").strip();
        if (text.matches("\\d{1,6}(\\.\\d{1,6})?")) {
            double rate = Double.parseDouble(text);
            if (rate >= LEAST_RATE && rate <= MOST_RATE) {
                return rate;
            }
        }
        throw new IllegalArgumentException("THROUGHLINE_DEMO_RATE must be a factor from 0.01 to 1000, got \"" + text
                + '"');
    }

    private static long seed(Settings settings) {
        String text = settings.text("THROUGHLINE_DEMO_SEED", Long.toString(new SplittableRandom().nextLong()));
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("THROUGHLINE_DEMO_SEED must be a whole number, got \"" + text + '"', e);
        }
    }
}
