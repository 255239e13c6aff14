package io.throughline.bench;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.throughline.trace.TraceContext;
import java.time.Instant;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * See {@link ProducerContender#OPENTELEMETRY}. The SDK builds a record and hands it to its processor in one call; here a
 * processor of our own stands between, so that each has its part.
 */
final class ProducerOpenTelemetry implements ProducerVariant<ReadWriteLogRecord> {

    private static final AttributeKey<String> TRACE = AttributeKey.stringKey("trace_id");
    private static final AttributeKey<String> MODEL = AttributeKey.stringKey("model");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("status");
    private static final AttributeKey<Double> LATENCY = AttributeKey.doubleKey("latency_seconds");
    private static final AttributeKey<Long> PROMPT = AttributeKey.longKey("prompt_tokens");
    private static final AttributeKey<Long> COMPLETION = AttributeKey.longKey("completion_tokens");

    private final BatchLogRecordProcessor processor = BatchLogRecordProcessor.builder(new Nowhere())
            .setMaxQueueSize(50_000).build();
    private final Built built = new Built();
    private final SdkLoggerProvider provider = SdkLoggerProvider.builder().addLogRecordProcessor(built).build();
    private final Logger logger = provider.get("bench");

    @Override
    public ReadWriteLogRecord build(String id, TraceContext trace, Instant time) {
        logger.logRecordBuilder().setTimestamp(time).setSeverity(Severity.INFO).setBody("llm.completed")
                .setAttribute(TRACE, trace.traceId()).setAttribute(MODEL, "gpt-4o")
                .setAttribute(STATUS, "success").setAttribute(LATENCY, 1.42)
                .setAttribute(PROMPT, 374L).setAttribute(COMPLETION, 44L).emit();
        return built.take();
    }

    @Override
    public void take(ReadWriteLogRecord record, TraceContext trace) {
        processor.onEmit(Context.current(), record);
    }

    @Override
    public void close() {
        provider.close();
        processor.close();
    }

    /** Keeps what was built on this thread for the one who takes it. */
    private static final class Built implements LogRecordProcessor {

        private static final ThreadLocal<@Nullable ReadWriteLogRecord> LAST = new ThreadLocal<>();

        @Override
        public void onEmit(Context context, ReadWriteLogRecord record) {
            LAST.set(record);
        }

        ReadWriteLogRecord take() {
            return Objects.requireNonNull(LAST.get(), "the SDK emits on the caller's thread");
        }
    }

    /** Takes everything at once, which is the best an exporter can do for the caller. */
    private static final class Nowhere implements LogRecordExporter {

        @Override
        public CompletableResultCode export(Collection<LogRecordData> logs) {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
