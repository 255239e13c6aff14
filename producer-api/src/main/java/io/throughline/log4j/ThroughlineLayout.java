package io.throughline.log4j;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.throughline.logging.JsonLines;
import org.apache.logging.log4j.core.Core;
import org.apache.logging.log4j.core.Layout;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.config.plugins.Plugin;
import org.apache.logging.log4j.core.config.plugins.PluginAttribute;
import org.apache.logging.log4j.core.config.plugins.PluginFactory;
import org.apache.logging.log4j.core.layout.AbstractStringLayout;
import org.jspecify.annotations.Nullable;

/**
 * Writes each line as the JSON that is published, redacted alike, for a console or a file that {@code jq} reads:
 * {@code <ThroughlineLayout service="script-writer"/>}.
 */
@Plugin(name = "ThroughlineLayout", category = Core.CATEGORY_NAME, elementType = Layout.ELEMENT_TYPE, printObject = true)
public final class ThroughlineLayout extends AbstractStringLayout {

    private final JsonLines lines;

    private ThroughlineLayout(JsonLines lines) {
        super(UTF_8);
        this.lines = lines;
    }

    /** Made by Log4j. */
    @PluginFactory
    public static ThroughlineLayout create(@PluginAttribute("service") @Nullable String service) {
        return new ThroughlineLayout(JsonLines.of(service == null || service.isBlank() ? "unknown" : service));
    }

    @Override
    public String getContentType() {
        return "application/x-ndjson";
    }

    @Override
    public String toSerializable(LogEvent event) {
        return lines.line(Log4jLines.of(event));
    }
}
