package io.throughline.bench;

import io.throughline.trace.TraceContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * One of {@link ProducerContender}, ready to take records. Closing waits until what it took has gone its way.
 *
 * @param <R> what a service builds and hands over
 */
interface ProducerVariant<R> extends AutoCloseable {

    /** What a service does anyway: builds the record of one call to a model, whose numbers are always the same. */
    R build(String id, TraceContext trace, Instant time);

    /** Hands a record over, on the caller's thread. */
    void take(R record, TraceContext trace);

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

    static ProducerVariant<?> open(ProducerContender contender, String bootstrapServers, Path directory) {
        return switch (contender) {
            case BUILD -> new ProducerBuild();
            case EMIT -> new ProducerEmit(bootstrapServers, Map.of());
            case LOG -> new ProducerLog(new ProducerEmit(bootstrapServers, Map.of()));
            case DIRECT -> new ProducerDirect(bootstrapServers);
            case OPENTELEMETRY -> new ProducerOpenTelemetry();
            case LOGBACK -> new ProducerLogback(directory);
        };
    }
}
