package io.throughline.bench;

import io.throughline.event.LlmCompleted;
import io.throughline.trace.TraceContext;
import java.nio.file.Path;
import java.util.Map;

/** One of {@link ProducerContender}, ready to take records. Closing waits until what it took has gone its way. */
interface ProducerVariant extends AutoCloseable {

    /** What is measured, on the caller's thread. */
    void take(LlmCompleted event, TraceContext trace);

    /** Returns when it has room for some thousand more, so that nobody measures how fast it can drop. */
    default void awaitRoom() {}

    /** Records that have not reached their end. */
    default long lost() {
        return 0;
    }

    /** Whether records go to the brokers, so that their number each second means something. */
    default boolean endsAtTheBroker() {
        return false;
    }

    @Override
    void close();

    static ProducerVariant open(ProducerContender contender, String bootstrapServers, Path directory) {
        return switch (contender) {
            case BUILD -> new ProducerBuild();
            case EMIT -> new ProducerOurs(bootstrapServers, Map.of(), false);
            case LOG -> new ProducerOurs(bootstrapServers, Map.of(), true);
            case DIRECT -> new ProducerDirect(bootstrapServers);
            case OPENTELEMETRY -> new ProducerOpenTelemetry();
            case LOGBACK -> new ProducerLogback(directory);
        };
    }
}
