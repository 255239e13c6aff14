package io.throughline.local.monitoring;

import io.throughline.aggregate.Label;
import io.throughline.aggregate.Metric;
import io.throughline.local.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which series there can be: the catalogue of the aggregator, the tables of both servers' READMEs, Prometheus' own. */
final class Catalogue {

    /** What Prometheus adds to each series of a target. */
    private static final Set<String> OF_TARGETS = Set.of("job", "instance");
    private static final Pattern ROW = Pattern
            .compile("\\| (`throughline_[^|]+) \\| (counter|gauge|histogram) \\|([^|]*)(?:\\|.*)?");
    private static final Pattern CODE = Pattern.compile("`([a-z_]+)`");
    private static final Pattern WORD = Pattern.compile("[a-z_]+");

    private final Map<String, Set<String>> labels = new HashMap<>();

    private Catalogue() {}

    static Catalogue of(Home home) {
        var catalogue = new Catalogue();
        for (Metric metric : Metric.values()) {
            catalogue.add(metric);
        }
        catalogue.addTables(home.root().resolve("stream-aggregator/README.md"));
        catalogue.addTables(home.root().resolve("log-shipper/README.md"));
        catalogue.labels.put("up", Set.of("job", "instance", "replica"));
        catalogue.labels.put("scrape_duration_seconds", Set.of("job", "instance", "replica"));
        catalogue.labels.put("ALERTS", Set.of("alertname", "alertstate", "severity"));
        Rules.of(home).recordings().forEach((name, expression) -> catalogue.labels.put(name,
                Set.copyOf(PromQl.of(expression).grouping())));
        return catalogue;
    }

    /** What an expression names that there is not; empty when all is well. */
    List<String> unknown(String expression) {
        var names = PromQl.of(expression);
        Set<String> known = names.selectors().keySet().stream().flatMap(name -> labelsOf(name).stream())
                .collect(Collectors.toSet());
        Stream<String> metrics = names.selectors().keySet().stream().filter(name -> !labels.containsKey(name))
                .map(name -> "metric " + name);
        Stream<String> matched = names.selectors().entrySet().stream()
                .filter(entry -> labels.containsKey(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream().filter(label -> !labelsOf(entry.getKey()).contains(label))
                        .map(label -> "label " + label + " of " + entry.getKey()));
        Stream<String> grouped = names.grouping().stream().filter(label -> !known.contains(label))
                .map(label -> "label " + label + " of none of " + names.selectors().keySet());
        return Stream.of(metrics, matched, grouped).flatMap(all -> all).toList();
    }

    private Set<String> labelsOf(String name) {
        Set<String> all = new LinkedHashSet<>(labels.getOrDefault(name, Set.of()));
        all.addAll(OF_TARGETS);
        return all;
    }

    private void add(Metric metric) {
        Set<String> names = metric.labels().stream().map(Label::name).collect(Collectors.toSet());
        if (metric.kind() == Metric.Kind.HISTOGRAM) {
            labels.put(metric.metricName() + "_sum", names);
            labels.put(metric.metricName() + "_count", names);
            names.add("le");
            labels.put(metric.metricName() + "_bucket", names);
        } else {
            labels.put(metric.metricName(), names);
        }
    }

    private void addTables(Path readme) {
        try {
            Files.readAllLines(readme).stream().map(ROW::matcher).filter(Matcher::matches).forEach(row -> {
                String listed = row.group(3).replaceAll(":.*|, as.*", "");
                Set<String> names = WORD.matcher(listed).results().map(word -> word.group())
                        .collect(Collectors.toSet());
                Arrays.stream(row.group(1).split(",")).map(CODE::matcher).filter(Matcher::find)
                        .forEach(name -> labels.putIfAbsent(name.group(1), names));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
