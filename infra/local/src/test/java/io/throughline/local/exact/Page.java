package io.throughline.local.exact;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An answer of {@code /metrics} in the plain text format.
 *
 * @param samples the values, by name and labels as they are written there
 */
record Page(Map<String, Double> samples) {

    static Page parse(String text) {
        Map<String, Double> samples = new HashMap<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int space = line.lastIndexOf(' ');
            samples.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
        });
        return new Page(samples);
    }

    /** A sample as the text format writes it. */
    static String sample(String name, Map<String, String> labels) {
        if (labels.isEmpty()) {
            return name;
        }
        List<String> pairs = new ArrayList<>();
        new TreeMap<>(labels).forEach((label, value) -> {
            if (!label.equals("le")) {
                pairs.add(pair(label, value));
            }
        });
        Optional.ofNullable(labels.get("le")).ifPresent(bound -> pairs.add(pair("le", bound)));
        return name + "{" + String.join(",", pairs) + "}";
    }

    static String name(String sample) {
        int brace = sample.indexOf('{');
        return brace < 0 ? sample : sample.substring(0, brace);
    }

    /** The finite upper bounds of a histogram's buckets, as they are written on the page. */
    List<String> bounds(String histogram) {
        TreeSet<BigDecimal> values = new TreeSet<>();
        Map<BigDecimal, String> written = new HashMap<>();
        samples.keySet().stream().filter(sample -> sample.startsWith(histogram + "_bucket{")).forEach(sample -> {
            int from = sample.indexOf("le=\"") + 4;
            String bound = sample.substring(from, sample.indexOf('"', from));
            if (!bound.equals("+Inf")) {
                values.add(new BigDecimal(bound));
                written.put(new BigDecimal(bound), bound);
            }
        });
        return values.stream().map(value -> String.valueOf(written.get(value))).toList();
    }

    private static String pair(String label, String value) {
        String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return label + "=\"" + escaped + "\"";
    }
}
