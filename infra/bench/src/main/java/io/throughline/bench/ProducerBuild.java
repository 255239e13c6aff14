package io.throughline.bench;

import io.throughline.event.LlmCompleted;
import io.throughline.trace.TraceContext;
import org.jspecify.annotations.Nullable;

/** See {@link ProducerContender#BUILD}. */
final class ProducerBuild implements ProducerVariant {

    /** Published to whoever might look, so that the event has to be built. */
    volatile @Nullable LlmCompleted last;

    @Override
    public void take(LlmCompleted event, TraceContext trace) {
        last = event;
    }

    @Override
    public void close() {
        last = null;
    }
}
