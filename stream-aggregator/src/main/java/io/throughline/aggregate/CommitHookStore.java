package io.throughline.aggregate;

import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.apache.kafka.streams.processor.internals.ProcessorNode;
import org.apache.kafka.streams.processor.internals.ProcessorRecordContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * A logged in-memory store that runs a hook just before a task commits, while what the hook writes and forwards still
 * joins the commit's transaction.
 *
 * <p>This is the one class that leans on Kafka Streams' internals: {@code flushCache()} is the only call that comes
 * before the transaction commits; {@code commit()} comes after it, and under exactly-once not at all. Its test pins
 * the behaviour, so a new Kafka release that changes it fails there. Not thread-safe, like any store.
 */
final class CommitHookStore implements StateStore, CachedStateStore<Bytes, byte[]> {

    private static final String NO_TOPIC = "__none__";

    private final KeyValueStore<Bytes, byte[]> inner;
    private @Nullable Runnable beforeCommit;

    private CommitHookStore(KeyValueStore<Bytes, byte[]> inner) {
        this.inner = inner;
    }

    static StoreBuilder<CommitHookStore> builder(String name) {
        return new Builder(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(name), Serdes.Bytes(),
                Serdes.ByteArray()).withCachingDisabled());
    }

    /** The content, restored from the changelog. */
    KeyValueStore<Bytes, byte[]> content() {
        return inner;
    }

    /** Runs {@code hook} before each commit, as the processor that {@code context} belongs to. */
    void beforeCommit(ProcessorContext<?, ?> context, Runnable hook) {
        InternalProcessorContext<?, ?> internal = (InternalProcessorContext<?, ?>) context;
        ProcessorNode<?, ?, ?, ?> node = internal.currentNode();
        this.beforeCommit = () -> runAs(internal, node, hook);
    }

    private static void runAs(InternalProcessorContext<?, ?> context, ProcessorNode<?, ?, ?, ?> node, Runnable hook) {
        ProcessorNode<?, ?, ?, ?> nodeBefore = context.currentNode();
        ProcessorRecordContext recordBefore = context.recordContext();
        context.setCurrentNode(node);
        context.setRecordContext(
                new ProcessorRecordContext(context.currentSystemTimeMs(), -1, -1, NO_TOPIC, new RecordHeaders()));
        try {
            hook.run();
        } finally {
            context.setRecordContext(recordBefore);
            context.setCurrentNode(nodeBefore);
        }
    }

    @Override
    public void flushCache() {
        if (beforeCommit != null) {
            beforeCommit.run();
        }
    }

    @Override
    public void clearCache() {
        // What the hook writes lives with the processor, which starts anew when a task is revived.
    }

    @Override
    public boolean setFlushListener(CacheFlushListener<Bytes, byte[]> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        inner.init(context, root);
    }

    @Override
    public void close() {
        inner.close();
    }

    @Override
    public boolean persistent() {
        return inner.persistent();
    }

    @Override
    public boolean isOpen() {
        return inner.isOpen();
    }

    private record Builder(StoreBuilder<KeyValueStore<Bytes, byte[]>> inner) implements StoreBuilder<CommitHookStore> {

        @Override
        public StoreBuilder<CommitHookStore> withCachingEnabled() {
            throw new UnsupportedOperationException("the hook stands where a cache would");
        }

        @Override
        public StoreBuilder<CommitHookStore> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<CommitHookStore> withLoggingEnabled(Map<String, String> config) {
            inner.withLoggingEnabled(config);
            return this;
        }

        @Override
        public StoreBuilder<CommitHookStore> withLoggingDisabled() {
            throw new UnsupportedOperationException("the changelog is what makes the state durable");
        }

        @Override
        public CommitHookStore build() {
            return new CommitHookStore(inner.build());
        }

        @Override
        public Map<String, String> logConfig() {
            return inner.logConfig();
        }

        @Override
        public boolean loggingEnabled() {
            return inner.loggingEnabled();
        }

        @Override
        public String name() {
            return inner.name();
        }
    }
}
