package io.throughline.bench;

import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.trace.TraceContext;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;

/** See {@link ProducerContender#LOG}. */
final class ProducerLog implements ProducerVariant<LogRecord> {

    private static final BigDecimal DURATION = new BigDecimal("1420");

    private final ProducerEmit publisher;

    /** Lines for the publisher of events. */
    ProducerLog(ProducerEmit publisher) {
        this.publisher = publisher;
    }

    @Override
    public LogRecord build(String id, TraceContext trace, Instant time) {
        return new LogRecord(time, LogLevel.INFO, "app.writer", "Script written", trace, "script-writer", DURATION, 200,
                null, null, Map.of());
    }

    @Override
    public void take(LogRecord line, TraceContext trace) {
        publisher.log(line);
    }

    @Override
    public void awaitRoom() {
        publisher.awaitRoom();
    }

    @Override
    public boolean endsAtTheBroker() {
        return true;
    }

    @Override
    public long lost() {
        return publisher.lost();
    }

    @Override
    public void close() {
        publisher.close();
    }
}
