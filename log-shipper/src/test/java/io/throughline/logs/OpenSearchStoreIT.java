package io.throughline.logs;

import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The store in a real OpenSearch, where its distribution is there and may run. */
class OpenSearchStoreIT implements StoreContract {

    private static @Nullable OpenSearchNode node;
    private static int names;

    private String index = "";

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        String missing = OpenSearchNode.missing();
        Assumptions.assumeTrue(missing.isEmpty(), missing);
        node = OpenSearchNode.start();
    }

    @AfterAll
    static void stop() throws IOException, InterruptedException {
        if (node != null) {
            node.close();
        }
    }

    @BeforeEach
    void name() {
        index = "test-" + ++names;
    }

    @Override
    public LogStore open() throws IOException {
        var running = java.util.Objects.requireNonNull(node);
        return OpenSearchStore.open(new OpenSearchConfig(running.url(), index, null, null), Samples.PREFIX,
                Retention.forever(), Clock.systemUTC());
    }
}
