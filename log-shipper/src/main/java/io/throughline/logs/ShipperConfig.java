package io.throughline.logs;

import io.throughline.publish.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How one shipper runs.
 *
 * @param settings what Kafka clients are configured by
 * @param bind the address of the HTTP server
 * @param port its port; 0 takes a free one
 * @param storeDir where the store is kept
 * @param instance name of this shipper, unique among those that run, and the same after a restart
 * @param topicPrefix what every topic's name begins with
 * @param commitInterval how long a record waits for a durable commit at most
 * @param commitRecords how many records wait for a durable commit at most
 * @param grafanaUrl where the page finds Grafana
 */
public record ShipperConfig(Settings settings, String bind, int port, Path storeDir, String instance,
        String topicPrefix, Duration commitInterval, int commitRecords, URI grafanaUrl) {

    /** Refuses an interval that is not positive with {@link IllegalArgumentException}. */
    public ShipperConfig {
        if (commitInterval.isNegative() || commitInterval.isZero()) {
            throw new IllegalArgumentException(
                    "THROUGHLINE_SHIPPER_COMMIT_INTERVAL must be longer than 0s, got " + commitInterval.toMillis()
                            + "ms");
        }
    }

    /**
     * Reads {@code THROUGHLINE_SHIPPER_*} and what all parts of the pipeline share.
     *
     * @throws IllegalArgumentException that names the key and the value
     */
    public static ShipperConfig from(Settings settings) {
        // Asked for here, so that the variables for Kafka count as known.
        Map<String, Object> unused = settings.kafka();
        return new ShipperConfig(settings, settings.bind(),
                settings.integer("THROUGHLINE_SHIPPER_PORT", 8001, 0, 65_535),
                Path.of(settings.text("THROUGHLINE_STORE_DIR", "data/logs")),
                settings.text("THROUGHLINE_SHIPPER_INSTANCE", "shipper-1"), settings.topicPrefix(),
                settings.duration("THROUGHLINE_SHIPPER_COMMIT_INTERVAL", Duration.ofSeconds(1)),
                settings.integer("THROUGHLINE_SHIPPER_COMMIT_RECORDS", 10_000, 1, 10_000_000),
                grafanaUrl(settings.text("THROUGHLINE_GRAFANA_URL", "http://localhost:3000")));
    }

    private static URI grafanaUrl(String text) {
        try {
            var url = new URI(text);
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (URISyntaxException e) {
            // told below, like an address of another kind
        }
        throw new IllegalArgumentException(
                "THROUGHLINE_GRAFANA_URL must be such as http://localhost:3000, got \"" + text + '"');
    }
}
