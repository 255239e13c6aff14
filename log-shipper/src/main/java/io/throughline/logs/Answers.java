package io.throughline.logs;

import com.sun.net.httpserver.HttpExchange;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Makes answers from what is stored, a few at a time since each can take tens of megabytes while it is made, and sends
 * them. A place is held while an answer is made, and not while it is sent. Thread-safe.
 */
final class Answers {

    /** What an answer costs while it is made. */
    enum Weight {
        /** Lines, copied. */
        LINES(1),
        /** Traces, taken apart and put together. */
        TRACES(2);

        private final int places;

        Weight(int places) {
            this.places = places;
        }
    }

    private static final int PLACES = 6;
    private static final long WAIT_SECONDS = 5;
    private static final long MOST_UNREAD_BYTES = 64L << 20;
    private static final long PATIENCE_MILLIS = 2_000;

    private final Semaphore places = new Semaphore(PLACES);
    private final Outbox outbox = new Outbox(MOST_UNREAD_BYTES, PATIENCE_MILLIS);

    /** Makes a body. */
    @FunctionalInterface
    interface Making {
        /** The bytes of the answer; headers may be set. */
        byte[] make() throws IOException, Problem;
    }

    /** Reads from the store. */
    @FunctionalInterface
    interface Reading<T> {
        /** What was read. */
        T read() throws IOException;
    }

    void answer(HttpExchange exchange, Weight weight, String contentType, Making making) throws IOException, Problem {
        outbox.send(exchange, contentType, made(exchange, weight, making));
    }

    /** What the store says; a store that cannot be read is a 503. */
    static <T> T read(Reading<T> reading) throws Problem {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new Problem(503, "the store cannot be read: " + e.getMessage());
        }
    }

    private byte[] made(HttpExchange exchange, Weight weight, Making making) throws IOException, Problem {
        boolean place = false;
        try {
            place = places.tryAcquire(weight.places, WAIT_SECONDS, TimeUnit.SECONDS);
            if (!place) {
                exchange.getResponseHeaders().set("Retry-After", "1");
                throw new Problem(503, "too many searches at once, try again");
            }
            return making.make();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(503, "the server is stopping");
        } finally {
            if (place) {
                places.release(weight.places);
            }
        }
    }
}
