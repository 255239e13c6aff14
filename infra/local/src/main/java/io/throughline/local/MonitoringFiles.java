package io.throughline.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** The configuration of {@code infra/}, written anew with the addresses of one run. Stateless. */
final class MonitoringFiles {

    private MonitoringFiles() {}

    /**
     * {@code infra/prometheus/prometheus.yml} with the rules where they are.
     *
     * @param targets by what the file calls them, such as {@code aggregator:8000}
     */
    static Path prometheus(Home home, Path data, Map<String, String> targets, String alertmanager, Duration interval)
            throws IOException {
        Path source = home.root().resolve("infra/prometheus/prometheus.yml");
        Map<String, String> changes = new LinkedHashMap<>();
        targets.forEach((theirs, ours) -> changes.put('"' + theirs + '"', '"' + ours + '"'));
        changes.put("alertmanager:9093", alertmanager);
        changes.put("- recording.rules.yml", "- " + source.resolveSibling("recording.rules.yml"));
        changes.put("- alert.rules.yml", "- " + source.resolveSibling("alert.rules.yml"));
        changes.put("_interval: 15s", "_interval: " + interval.toMillis() + "ms");
        return write(source, data.resolve("prometheus.yml"), changes);
    }

    /** {@code infra/alertmanager/alertmanager.yml} for a webhook on this machine. */
    static Path alertmanager(Home home, Path data) throws IOException {
        return write(home.root().resolve("infra/alertmanager/alertmanager.yml"), data.resolve("alertmanager.yml"),
                Map.of("host.docker.internal", "localhost"));
    }

    private static Path write(Path source, Path target, Map<String, String> changes) throws IOException {
        String text = Files.readString(source);
        for (var change : changes.entrySet()) {
            if (!text.contains(change.getKey())) {
                throw new IOException(source + " does not say " + change.getKey());
            }
            text = text.replace(change.getKey(), change.getValue());
        }
        return Files.writeString(target, text);
    }
}
