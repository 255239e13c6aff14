package io.throughline.logback;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.throughline.logging.LogLines;
import io.throughline.logging.OwnLines;
import io.throughline.logging.SharedPublisher;
import io.throughline.publish.Publisher;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Publishes log lines to the topic {@code logs}. It neither waits for a broker, at the start or later, nor throws; each
 * line is counted in {@link Publisher#accounting}. Lines of the publisher and its Kafka client are left out.
 *
 * <pre>{@code
 * <appender name="THROUGHLINE" class="io.throughline.logback.ThroughlineAppender">
 *   <service>script-writer</service>
 * </appender>
 * }</pre>
 */
public final class ThroughlineAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

    private final Map<String, String> settings = new HashMap<>();
    private String service = "";
    private @Nullable Publisher publisher;
    private LogLines lines = new LogLines("unknown");

    /** Made by Logback. */
    public ThroughlineAppender() {}

    /** The service's name; required. */
    public void setService(String service) {
        this.service = service;
    }

    /** In place of {@code THROUGHLINE_BOOTSTRAP_SERVERS}. */
    public void setBootstrapServers(String servers) {
        settings.put("THROUGHLINE_BOOTSTRAP_SERVERS", servers);
    }

    /** In place of {@code THROUGHLINE_TOPIC_PREFIX}. */
    public void setTopicPrefix(String prefix) {
        settings.put("THROUGHLINE_TOPIC_PREFIX", prefix);
    }

    /** The application's own publisher in place of the process's {@link SharedPublisher}; it closes it, too. */
    public void setPublisher(Publisher own) {
        this.publisher = own;
    }

    @Override
    public void start() {
        if (service.isBlank()) {
            addError("the appender " + getName() + " needs <service>the name of your service</service>");
            return;
        }
        try {
            lines = new LogLines(service);
            if (publisher == null) {
                publisher = SharedPublisher.of(service, settings);
            }
            super.start();
        } catch (RuntimeException e) {
            // A wrong setting must cost the log topic, not the service.
            addError("the appender " + getName() + " publishes nothing: " + e.getMessage(), e);
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (!OwnLines.contain(event.getLoggerName(), String.valueOf(event.getThreadName()))) {
            Objects.requireNonNull(publisher).log(lines.line(LogbackLines.of(event)));
        }
    }
}
