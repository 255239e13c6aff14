package io.throughline.local;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Starts a broker, says its process id, and waits to be killed. */
final class BrokerParent {

    private BrokerParent() {}

    public static void main(String[] args) throws InterruptedException {
        try (var broker = ChildBroker.start(Home.find(), Path.of(args[0]), 0, Duration.ofMinutes(1))) {
            System.out.println(broker.pid());
            new CountDownLatch(1).await();
        }
    }
}
