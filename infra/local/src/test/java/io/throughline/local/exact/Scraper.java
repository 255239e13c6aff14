package io.throughline.local.exact;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Asks every instance of a fleet for its page every 200 ms, and shows the pages to a {@link Witness}. */
final class Scraper implements AutoCloseable {

    private static final int INTERVAL_MILLIS = 200;

    private final Fleet fleet;
    private final Witness witness;
    private final Map<String, Thread> threads = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Scraper(Fleet fleet, Witness witness) {
        this.fleet = fleet;
        this.witness = witness;
    }

    /** Begins to ask an instance; once is enough for all its restarts. */
    void watch(String name) {
        threads.computeIfAbsent(name, n -> Thread.ofPlatform().daemon().name("scraper-" + n).start(() -> ask(n)));
    }

    private void ask(String name) {
        while (!closed) {
            long asked = System.nanoTime();
            fleet.page(name).ifPresent(page -> witness.see(name, asked, System.nanoTime(), page));
            try {
                TimeUnit.NANOSECONDS.sleep(
                        asked + TimeUnit.MILLISECONDS.toNanos(INTERVAL_MILLIS) - System.nanoTime());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        threads.values().forEach(Thread::interrupt);
    }
}
