package io.throughline.logs;

import io.throughline.publish.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How one shipper runs.
 *
 * @param settings what Kafka clients are configured by
 * @param bind the address of the HTTP server
 * @param port its port; 0 takes a free one
 * @param storeDir where the store is kept
 * @param openSearch where the store is instead; null keeps it in {@code storeDir}
 * @param retention how long what is stored is kept
 * @param instance name of this shipper, unique among those that run, and the same after a restart
 * @param peers host:port of the other shippers of the group; this one may be among them
 * @param topicPrefix what every topic's name begins with
 * @param commitInterval how long a record waits for a durable commit at most
 * @param commitRecords how many records wait for a durable commit at most
 * @param grafanaUrl where the page finds Grafana
 */
public record ShipperConfig(Settings settings, String bind, int port, Path storeDir,
        @Nullable OpenSearchConfig openSearch, Retention retention,
        String instance, List<String> peers, String topicPrefix, Duration commitInterval, int commitRecords,
        URI grafanaUrl) {

    private static final Pattern PEER = Pattern.compile("[A-Za-z0-9._\\-\\[\\]:]+:\\d{1,5}");

    /** Refuses an interval that is not positive with {@link IllegalArgumentException}. */
    public ShipperConfig {
        peers = List.copyOf(peers);
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
                openSearch(settings), retention(settings),
                settings.text("THROUGHLINE_SHIPPER_INSTANCE", "shipper-1"), peers(settings),
                settings.topicPrefix(), settings.duration("THROUGHLINE_SHIPPER_COMMIT_INTERVAL", Duration.ofSeconds(1)),
                settings.integer("THROUGHLINE_SHIPPER_COMMIT_RECORDS", 100_000, 1, 10_000_000),
                url("THROUGHLINE_GRAFANA_URL", settings.text("THROUGHLINE_GRAFANA_URL", "http://localhost:3000")));
    }

    private static @Nullable OpenSearchConfig openSearch(Settings settings) {
        String store = settings.text("THROUGHLINE_STORE", "lucene");
        URI url = url("THROUGHLINE_OPENSEARCH_URL",
                settings.text("THROUGHLINE_OPENSEARCH_URL", "http://localhost:9200"));
        var config = new OpenSearchConfig(url, settings.text("THROUGHLINE_OPENSEARCH_INDEX", "throughline-logs"),
                settings.optionalText("THROUGHLINE_OPENSEARCH_USER").orElse(null),
                settings.optionalText("THROUGHLINE_OPENSEARCH_PASSWORD").orElse(null));
        return switch (store) {
            case "lucene" -> null;
            case "opensearch" -> config;
            default -> throw new IllegalArgumentException(
                    "THROUGHLINE_STORE must be lucene or opensearch, got \"" + store + '"');
        };
    }

    private static List<String> peers(Settings settings) {
        List<String> peers = Arrays.stream(settings.text("THROUGHLINE_PEERS", "").split(",")).map(String::strip)
                .filter(peer -> !peer.isEmpty()).toList();
        for (String peer : peers) {
            if (!PEER.matcher(peer).matches()) {
                throw new IllegalArgumentException("THROUGHLINE_PEERS must be a list such as"
                        + " shipper-0:8001,shipper-1:8001, got \"" + peer + '"');
            }
        }
        return peers;
    }

    private static Retention retention(Settings settings) {
        Duration age = settings.duration("THROUGHLINE_RETENTION_AGE", Duration.ofDays(30));
        String bytes = settings.text("THROUGHLINE_RETENTION_BYTES", "0");
        try {
            return new Retention(age, Bytes.parse(bytes));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("THROUGHLINE_RETENTION_AGE must be longer than 0s and"
                    + " THROUGHLINE_RETENTION_BYTES a size such as 500MiB, 20GiB or 0 for no limit, got "
                    + age.toSeconds() + "s and \"" + bytes + '"', e);
        }
    }

    private static URI url(String key, String text) {
        try {
            var url = new URI(text);
            if (url.getHost() != null && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
                return url;
            }
        } catch (URISyntaxException e) {
            // told below, like an address of another kind
        }
        throw new IllegalArgumentException(key + " must be such as http://localhost:3000, got \"" + text + '"');
    }
}
