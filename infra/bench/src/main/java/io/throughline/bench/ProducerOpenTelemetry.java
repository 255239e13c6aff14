package io.throughline.bench;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.throughline.event.LlmCompleted;
import io.throughline.trace.TraceContext;
import java.time.Instant;
import java.util.Collection;

/** See {@link ProducerContender#OPENTELEMETRY}. */
final class ProducerOpenTelemetry implements ProducerVariant {

    private static final AttributeKey<String> TRACE = AttributeKey.stringKey("trace_id");
    private static final AttributeKey<String> MODEL = AttributeKey.stringKey("model");
    private static final AttributeKey<String> STATUS = AttributeKey.stringKey("status");
    private static final AttributeKey<Double> LATENCY = AttributeKey.doubleKey("latency_seconds");
    private static final AttributeKey<Long> PROMPT = AttributeKey.longKey("prompt_tokens");
    private static final AttributeKey<Long> COMPLETION = AttributeKey.longKey("completion_tokens");

    private final SdkLoggerProvider provider = SdkLoggerProvider.builder().addLogRecordProcessor(
            BatchLogRecordProcessor.builder(new Nowhere()).setMaxQueueSize(50_000).build()).build();
    private final Logger logger = provider.get("bench");

    @Override
    public void take(LlmCompleted event, TraceContext trace) {
        Instant time = event.origin().timestamp();
        logger.logRecordBuilder().setTimestamp(time).setSeverity(Severity.INFO).setBody("llm.completed")
                .setAttribute(TRACE, trace.traceId()).setAttribute(MODEL, event.model())
                .setAttribute(STATUS, "success").setAttribute(LATENCY, event.latencySeconds())
                .setAttribute(PROMPT, event.promptTokens()).setAttribute(COMPLETION, event.completionTokens())
                .emit();
    }

    @Override
    public void close() {
        provider.close();
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
