package io.throughline.replay;

import io.throughline.aggregate.Metric;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The names of the catalogue, and which of them was probably meant. Stateless. */
public final class MetricNames {

    private static final int FEW = 5;
    private static final double SIMILAR = 0.45;

    private MetricNames() {}

    /** Every name, sorted. */
    public static List<String> all() {
        return Stream.of(Metric.values()).map(Metric::metricName).sorted().toList();
    }

    /** The names of histograms, sorted. */
    public static List<String> histograms() {
        return Stream.of(Metric.values()).filter(metric -> metric.kind() == Metric.Kind.HISTOGRAM)
                .map(Metric::metricName).sorted().toList();
    }

    /** What to say to somebody who typed a name that is not known. */
    public static String hint(String typed) {
        List<String> near = near(typed, all());
        return near.isEmpty()
                ? "known are " + String.join(", ", all())
                : "did you mean " + String.join(", ", near) + "?";
    }

    /** Those of any names that look like what was typed, the most similar first; maybe none. */
    public static List<String> near(String typed, Collection<String> names) {
        String wanted = typed.toLowerCase(Locale.ROOT);
        return names.stream().filter(name -> similarity(wanted, name) >= SIMILAR)
                .sorted(Comparator.comparingDouble((String name) -> -similarity(wanted, name))).limit(FEW).toList();
    }

    /** The share of pairs of letters that both have (Dice's coefficient); a name within the other counts as near. */
    private static double similarity(String one, String other) {
        if (one.length() >= 3 && (one.contains(other) || other.contains(one))) {
            return 1;
        }
        long common = pairs(one).filter(pairs(other).toList()::contains).count();
        long all = pairs(one).count() + pairs(other).count();
        return all == 0 ? 0 : 2.0 * common / all;
    }

    private static Stream<String> pairs(String text) {
        return Stream.iterate(0, i -> i + 1).limit(Math.max(0, text.length() - 1))
                .map(i -> text.substring(i, i + 2)).distinct();
    }
}
