package io.throughline.bench;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import io.throughline.event.LlmCompleted;
import io.throughline.trace.TraceContext;
import java.nio.file.Path;
import java.time.Instant;
import org.slf4j.Logger;

/** See {@link ProducerContender#LOGBACK}. */
final class ProducerLogback implements ProducerVariant<LlmCompleted> {

    private final LoggerContext context = new LoggerContext();
    private final Logger logger;

    ProducerLogback(Path directory) {
        var encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d %-5level %logger %msg%n");
        encoder.start();
        FileAppender<ILoggingEvent> file = new FileAppender<>();
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
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(async);
        this.logger = root;
    }

    @Override
    public LlmCompleted build(String id, TraceContext trace, Instant time) {
        return ProducerEmit.event(id, time);
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
