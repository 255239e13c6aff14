package io.throughline.bench;

import io.throughline.event.LlmCompleted;
import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.publish.Accounting;
import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import io.throughline.trace.TraceContext;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** See {@link ProducerContender#EMIT} and {@link ProducerContender#LOG}. */
final class ProducerOurs implements ProducerVariant {

    private static final long MOST_QUEUED = 20_000;

    private final Publisher publisher;
    private final boolean asLog;
    private @Nullable Accounting last;

    ProducerOurs(String bootstrapServers, Map<String, String> settings, boolean asLog) {
        Map<String, String> environment = new LinkedHashMap<>(settings);
        environment.put("THROUGHLINE_BOOTSTRAP_SERVERS", bootstrapServers);
        this.publisher = Publisher.start(Settings.of(environment), "bench");
        this.asLog = asLog;
    }

    @Override
    public void take(LlmCompleted event, TraceContext trace) {
        if (asLog) {
            publisher.log(new LogRecord(event.origin().timestamp(), LogLevel.INFO, "app.writer", "Script written",
                    trace, event.origin().service(), null, 200, null, null, Map.of()));
        } else {
            publisher.emit(event, trace);
        }
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

    /** A line of the size that services write. */
    static LogRecord line(Instant time, TraceContext trace) {
        return new LogRecord(time, LogLevel.INFO, "app.writer", "Script written", trace, "bench",
                new BigDecimal("1420"), 200, null, null, Map.of());
    }
}
