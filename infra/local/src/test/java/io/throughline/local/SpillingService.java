package io.throughline.local;

import io.throughline.event.CacheMiss;
import io.throughline.event.Origin;
import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import io.throughline.trace.TraceContext;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** A service that emits numbered events until it is killed, and says how many of them are on disk. */
final class SpillingService {

    private static final int BURST = 100;

    private SpillingService() {}

    /** Settings come from the environment. */
    public static void main(String[] args) throws InterruptedException {
        Publisher publisher = Publisher.start(Settings.of(System.getenv()), "spilling-service");
        for (long number = 0;; number++) {
            publisher.emit(new CacheMiss(new Origin("e-" + number, Instant.now(), "spilling-service"), "prompts"),
                    TraceContext.of("trace-" + number));
            if (number % BURST == 0) {
                System.out.println(publisher.accounting().spilled());
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }
}
