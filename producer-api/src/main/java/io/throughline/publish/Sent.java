package io.throughline.publish;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * One record that the Kafka client was given: its place in the order of sending, and the answer once that is there. The
 * links belong to {@link InFlight}.
 */
final class Sent implements Callback {

    final Outgoing record;
    private final InFlight flight;
    private final Thread owner = Thread.currentThread();
    @Nullable
    Sent before;
    @Nullable
    Sent after;
    @Nullable
    Sent nextAnswer;
    private @Nullable Exception failure;
    private boolean isBeingGiven = true;
    private boolean atOnce;
    private boolean answered;
    private boolean back;

    Sent(Outgoing record, InFlight flight) {
        this.record = record;
        this.flight = flight;
    }

    /** On Kafka's thread, or on the publisher's when Kafka answers at once. A second answer counts for nothing. */
    @Override
    public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
        if (!answered) {
            answered = true;
            failure = exception;
            if (Thread.currentThread() == owner && isBeingGiven) {
                atOnce = true;
            } else {
                flight.answered(this);
            }
        }
    }

    /** Kafka has taken it, or has answered already: then true, and the answer is nowhere else. */
    boolean wasAnsweredAtOnce() {
        isBeingGiven = false;
        return atOnce;
    }

    @Nullable
    Exception failure() {
        return failure;
    }

    /** Whether it is to be sent again. */
    boolean isBack() {
        return back;
    }

    void comesBack() {
        back = true;
    }
}
