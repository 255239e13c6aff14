package io.throughline.expose;

import io.throughline.aggregate.CombineConfig;
import io.throughline.publish.Settings;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The configuration of an aggregator process.
 *
 * @param combine the half that counts
 * @param bind the address to listen on
 * @param port the port of {@code /metrics}; 0 takes a free one
 * @param bornAtZero how long a new series is shown at zero before its first value
 * @param idle after how long without a change a series is hidden; zero for never
 * @param nativeHistograms whether native histograms stand beside the classic ones
 * @param windowRetention how long windows are kept, in event time
 * @param audit whether a second reader recounts and compares every window
 * @param links addresses of other pages, by their names
 */
public record AggregatorConfig(CombineConfig combine, String bind, int port, Duration bornAtZero, Duration idle,
        boolean nativeHistograms, Duration windowRetention, boolean audit,
        Map<String, String> links) {

    /** Keeps a copy of {@code links}, in their order. */
    public AggregatorConfig {
        links = Collections.unmodifiableMap(new LinkedHashMap<>(links));
    }

    /** Reads the configuration; errors name the key and the value. */
    public static AggregatorConfig from(Settings settings) {
        return new AggregatorConfig(CombineConfig.from(settings), settings.bind(),
                settings.integer("THROUGHLINE_AGGREGATOR_PORT", 8000, 0, 65535),
                settings.duration("THROUGHLINE_BORN_AT_ZERO", Duration.ofSeconds(30)),
                settings.duration("THROUGHLINE_IDLE_SERIES", Duration.ofDays(7)),
                settings.flag("THROUGHLINE_NATIVE_HISTOGRAMS", false),
                settings.duration("THROUGHLINE_WINDOW_RETENTION", Duration.ofHours(24)),
                settings.flag("THROUGHLINE_AUDIT", true), links(settings));
    }

    private static Map<String, String> links(Settings settings) {
        Map<String, String> links = new LinkedHashMap<>();
        links.put("Logs and traces", address("THROUGHLINE_SHIPPER_URL",
                settings.text("THROUGHLINE_SHIPPER_URL", "http://localhost:"
                        + settings.integer("THROUGHLINE_SHIPPER_PORT", 8001, 0, 65535))));
        settings.optionalText("THROUGHLINE_GRAFANA_URL")
                .ifPresent(url -> links.put("Grafana", address("THROUGHLINE_GRAFANA_URL", url)));
        settings.optionalText("THROUGHLINE_PROMETHEUS_URL")
                .ifPresent(url -> links.put("Prometheus", address("THROUGHLINE_PROMETHEUS_URL", url)));
        return links;
    }

    /** A link of a page must not be able to run a script. */
    private static String address(String key, String url) {
        if (!url.startsWith("http://") && !url.startsWith("https://")) {
            throw new IllegalArgumentException(key + " must begin with http:// or https://, got \"" + url + '"');
        }
        return url;
    }
}
