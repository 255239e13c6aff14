package io.throughline.local.replay;

import io.throughline.replay.ReplayException;
import io.throughline.replay.TopicScan;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** A scan that is opened while something else is done; closing it waits for nothing. */
final class Opening implements AutoCloseable {

    private final CompletableFuture<TopicScan> opened;

    Opening(Supplier<TopicScan> open) {
        opened = CompletableFuture.supplyAsync(open, task -> Thread.ofPlatform().daemon().name("opening").start(task));
    }

    /** The scan, once it is open; it is closed with this. */
    TopicScan scan() {
        try {
            return opened.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof ReplayException failure ? failure : e;
        }
    }

    @Override
    public void close() {
        var unused = opened.thenAccept(TopicScan::close);
    }
}
