package io.throughline.bench;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.core.FileAppender;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.publish.Accounting;
import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import io.throughline.trace.TraceContext;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** One of {@link ProducerContender}, ready to take records. Closing waits until what it took has gone its way. */
interface ProducerVariant extends AutoCloseable {

    /** What is measured, on the caller's thread. */
    void take(LlmCompleted event, TraceContext trace);

    /** Returns when it has room for some thousand more, so that nobody measures how fast it can drop. */
    default void awaitRoom() {}

    /** Records that have not reached their end. */
    default long lost() {
        return 0;
    }

    /** Whether records go to the brokers, so that their number each second means something. */
    default boolean endsAtTheBroker() {
        return false;
    }

    @Override
    void close();

    static ProducerVariant open(ProducerContender contender, String bootstrapServers, Path directory) {
        return switch (contender) {
            case BUILD -> new Build();
            case EMIT -> new Ours(bootstrapServers, Map.of(), false);
            case LOG -> new Ours(bootstrapServers, Map.of(), true);
            case DIRECT -> new Direct(bootstrapServers);
            case OPENTELEMETRY -> new OpenTelemetry();
            case LOGBACK -> new Logback(directory);
        };
    }

    /** See {@link ProducerContender#BUILD}. */
    final class Build implements ProducerVariant {

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

    /** See {@link ProducerContender#EMIT} and {@link ProducerContender#LOG}. */
    final class Ours implements ProducerVariant {

        private static final long MOST_QUEUED = 20_000;

        private final Publisher publisher;
        private final boolean asLog;
        private @Nullable Accounting last;

        Ours(String bootstrapServers, Map<String, String> settings, boolean asLog) {
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
    }

    /** See {@link ProducerContender#DIRECT}. */
    final class Direct implements ProducerVariant {

        private final JsonMapper mapper = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .defaultPropertyInclusion(JsonInclude.Value.ALL_NON_NULL).build();
        private final AtomicLong failed = new AtomicLong();
        private final KafkaProducer<byte[], byte[]> producer;

        /** What the event is to Jackson: databind on plain fields, without the custom types of ours. */
        private record Body(String eventId, String eventType, String timestamp, String service, String model,
                String status, double latencySeconds, long promptTokens, long completionTokens) {}

        Direct(String bootstrapServers) {
            // What the publisher sets, so that both send the same batches.
            this.producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", bootstrapServers, "acks", "all", "linger.ms", 5,
                            "batch.size", 64 * 1024, "compression.type", "lz4"),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
        }

        @Override
        public void take(LlmCompleted event, TraceContext trace) {
            try {
                byte[] value = mapper.writeValueAsBytes(new Body(event.origin().eventId(), "llm.completed",
                        event.origin().timestamp().toString(), event.origin().service(), event.model(), "success",
                        event.latencySeconds(), event.promptTokens(), event.completionTokens()));
                var record = new ProducerRecord<>("throughline.llm", null, event.origin().timestamp().toEpochMilli(),
                        bytes(trace.traceId()), value);
                record.headers().add("trace_id", bytes(trace.traceId())).add("event_type", bytes("llm.completed"))
                        .add("schema_version", bytes("1"));
                Future<?> unused = producer.send(record, (metadata, failure) -> {
                    if (failure != null) {
                        failed.incrementAndGet();
                    }
                });
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean endsAtTheBroker() {
            return true;
        }

        @Override
        public long lost() {
            return failed.get();
        }

        @Override
        public void close() {
            producer.close();
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** See {@link ProducerContender#OPENTELEMETRY}. */
    final class OpenTelemetry implements ProducerVariant {

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

    /** See {@link ProducerContender#LOGBACK}. */
    final class Logback implements ProducerVariant {

        private final LoggerContext context = new LoggerContext();
        private final org.slf4j.Logger logger;

        Logback(Path directory) {
            var encoder = new PatternLayoutEncoder();
            encoder.setContext(context);
            encoder.setPattern("%d %-5level %logger %msg%n");
            encoder.start();
            FileAppender<ch.qos.logback.classic.spi.ILoggingEvent> file = new FileAppender<>();
            file.setContext(context);
            file.setFile(directory.resolve("app.log").toString());
            file.setEncoder(encoder);
            file.setImmediateFlush(false);
            file.start();
            var async = new AsyncAppender();
            async.setContext(context);
            async.setQueueSize(50_000);
            async.setDiscardingThreshold(0);
            async.setNeverBlock(true);
            async.addAppender(file);
            async.start();
            var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
            root.addAppender(async);
            this.logger = root;
        }

        @Override
        public void take(LlmCompleted event, TraceContext trace) {
            logger.info("llm.completed trace_id={} model={} latency={} prompt={} completion={}", trace.traceId(),
                    event.model(), event.latencySeconds(), event.promptTokens(), event.completionTokens());
        }

        @Override
        public void close() {
            context.stop();
        }
    }

    /** A line of the size that services write. */
    static LogRecord line(Instant time, TraceContext trace) {
        return new LogRecord(time, LogLevel.INFO, "app.writer", "Script written", trace, "bench",
                new BigDecimal("1420"), 200, null, null, Map.of());
    }
}
