package io.throughline.publish;

import io.throughline.event.Event;
import io.throughline.event.LogRecord;
import io.throughline.trace.TraceContext;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** A record as a caller handed it over. What is not final belongs to the publisher's own thread. */
final class Handed implements Outgoing {

    /** Rising in the order of hand-over. */
    final long sequence;
    final Rank rank;
    private final int weight;
    private final @Nullable Event event;
    private final @Nullable LogRecord log;
    private @Nullable TraceContext context;

    private Handed(long sequence, Rank rank, int weight, @Nullable Event event, @Nullable TraceContext context,
            @Nullable LogRecord log) {
        this.sequence = sequence;
        this.rank = rank;
        this.weight = weight;
        this.event = event;
        this.context = context;
        this.log = log;
    }

    /** An event; without a context it begins a trace of its own. */
    static Handed of(long sequence, int weight, Event event, @Nullable TraceContext context) {
        return new Handed(sequence, Rank.EVENT, weight, event, context, null);
    }

    static Handed of(long sequence, int weight, Rank rank, LogRecord log) {
        return new Handed(sequence, rank, weight, null, null, log);
    }

    boolean isLog() {
        return log != null;
    }

    @Override
    public ProducerRecord<byte[], byte[]> wire(WireRecords records) {
        if (event == null) {
            return records.of(Objects.requireNonNull(log));
        }
        TraceContext known = context;
        if (known == null) {
            // Kept, because a record that is sent again has to stay the same record.
            known = TraceContext.of(records.newTraceId());
            context = known;
        }
        return records.of(event, known);
    }

    @Override
    public int weight() {
        return weight;
    }
}
