package io.throughline.bench;

import io.throughline.event.LlmCompleted;
import io.throughline.trace.TraceContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** See {@link ProducerContender#BUILD}. */
final class ProducerBuild implements ProducerVariant<LlmCompleted> {

    /** Published to whoever might look, so that the event has to be built. */
    volatile @Nullable LlmCompleted last;

    @Override
    public LlmCompleted build(String id, TraceContext trace, Instant time) {
        return ProducerEmit.event(id, time);
    }

    @Override
    public void take(LlmCompleted event, TraceContext trace) {
        last = event;
    }

    @Override
    public void close() {
        last = null;
    }
}
