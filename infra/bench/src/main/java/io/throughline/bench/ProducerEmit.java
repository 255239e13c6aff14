package io.throughline.bench;

import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.LogRecord;
import io.throughline.event.Origin;
import io.throughline.publish.Accounting;
import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** See {@link ProducerContender#EMIT}. */
final class ProducerEmit implements ProducerVariant<LlmCompleted> {

    private static final long MOST_QUEUED = 20_000;

    private final Publisher publisher;
    private @Nullable Accounting last;

    ProducerEmit(String bootstrapServers, Map<String, String> settings) {
        Map<String, String> environment = new LinkedHashMap<>(settings);
        environment.put("THROUGHLINE_BOOTSTRAP_SERVERS", bootstrapServers);
        this.publisher = Publisher.start(Settings.of(environment), "bench");
    }

    /** The event of all variants. */
    static LlmCompleted event(String id, Instant time) {
        return new LlmCompleted(new Origin(id, time, "script-writer"), "gpt-4o", LlmStatus.SUCCESS, 1.42, 374, 44, null,
                null, null, null, null);
    }

    @Override
    public LlmCompleted build(String id, TraceContext trace, Instant time) {
        return event(id, time);
    }

    @Override
    public void take(LlmCompleted event, TraceContext trace) {
        publisher.emit(event, trace);
    }

    void log(LogRecord line) {
        publisher.log(line);
    }

    Accounting accounting() {
        return publisher.accounting();
    }

    Accounting close(Duration timeout) {
        return publisher.close(timeout);
    }

    @Override
    public void awaitRoom() {
        while (publisher.accounting().queued() > MOST_QUEUED) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
        }
    }

    @Override
    public boolean endsAtTheBroker() {
        return true;
    }

    @Override
    public long lost() {
        return last == null ? 0 : last.dropped();
    }

    @Override
    public void close() {
        last = publisher.close(Duration.ofSeconds(30));
    }
}
