package io.throughline.log4j;

import io.throughline.logging.LogLines;
import io.throughline.logging.OwnLines;
import io.throughline.logging.SharedPublisher;
import io.throughline.publish.Publisher;
import java.util.HashMap;
import java.util.Map;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Core;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.config.plugins.PluginAttribute;
import org.apache.logging.log4j.core.config.plugins.PluginElement;
import org.apache.logging.log4j.core.config.plugins.PluginFactory;
import org.jspecify.annotations.Nullable;

/**
 * Publishes log lines to the topic {@code logs}. It neither waits for a broker, at the start or later, nor throws; each
 * line is counted in {@link Publisher#accounting}. Lines of the publisher and its Kafka client are left out.
 *
 * <pre>{@code <Throughline name="throughline" service="script-writer"/>}</pre>
 */
@Plugin(name = "Throughline", category = Core.CATEGORY_NAME, elementType = Appender.ELEMENT_TYPE, printObject = true)
public final class ThroughlineAppender extends AbstractAppender {

    private final Publisher publisher;
    private final LogLines lines;

    /** Publishes lines of {@code service} by {@code publisher}. */
    public ThroughlineAppender(String name, @Nullable Filter filter, String service, Publisher publisher) {
        super(name, filter, null, true, Property.EMPTY_ARRAY);
        this.publisher = publisher;
        this.lines = new LogLines(service);
    }

    /**
     * Made by Log4j; null, with an error in its status log, where the configuration is wrong.
     *
     * @param name the appender's name
     * @param filter of Log4j's own
     * @param service the service's name
     * @param bootstrapServers in place of {@code THROUGHLINE_BOOTSTRAP_SERVERS}
     * @param topicPrefix in place of {@code THROUGHLINE_TOPIC_PREFIX}
     */
    @PluginFactory
    public static @Nullable ThroughlineAppender create(@PluginAttribute("name") @Nullable String name,
            @PluginElement("Filter") @Nullable Filter filter, @PluginAttribute("service") @Nullable String service,
            @PluginAttribute("bootstrapServers") @Nullable String bootstrapServers,
            @PluginAttribute("topicPrefix") @Nullable String topicPrefix) {
        if (name == null || service == null || service.isBlank()) {
            LOGGER.error("<Throughline> needs the attributes name and service, the name of your service");
            return null;
        }
        Map<String, String> settings = new HashMap<>();
        if (bootstrapServers != null) {
            settings.put("THROUGHLINE_BOOTSTRAP_SERVERS", bootstrapServers);
        }
        if (topicPrefix != null) {
            settings.put("THROUGHLINE_TOPIC_PREFIX", topicPrefix);
        }
        try {
            return new ThroughlineAppender(name, filter, service, SharedPublisher.of(service, settings));
        } catch (RuntimeException e) {
            // A wrong setting must cost the log topic, not the service.
            LOGGER.error("<Throughline> publishes nothing: {}", e.getMessage());
            return null;
        }
    }

    @Override
    public void append(LogEvent event) {
        if (!OwnLines.contain(String.valueOf(event.getLoggerName()), String.valueOf(event.getThreadName()))) {
            publisher.log(lines.line(Log4jLines.of(event)));
        }
    }
}
