package io.throughline.aggregate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The cells of one input partition, and which of them changed since the last commit.
 *
 * <p>A metric gets at most a limit of label value combinations; what is beyond goes to the value {@code other}, so
 * totals stay exact. The first value of a closed label brings all the others of its list at zero. Not thread-safe.
 */
final class Cells implements Observer {

    private static final String OTHER = "other";
    private static final int LONGEST_LABEL_VALUE = 128;

    private final int labelLimit;
    private final Map<CellKey, Cell> cells = new HashMap<>();
    private final Map<Metric, Set<List<String>>> admitted = new EnumMap<>(Metric.class);
    private final Set<CellKey> changed = new HashSet<>();

    private long atNanos;
    private long nowMillis;
    private String traceId = "";

    Cells(int labelLimit) {
        this.labelLimit = labelLimit;
    }

    void restore(CellKey key, Cell cell) {
        cells.put(key, cell);
        admitted(key.series().metric()).add(openValues(key.series()));
        changed.add(key);
    }

    /**
     * Says which event the next observations are of.
     *
     * @param eventTimeNanos its event time in nanoseconds since 1970
     * @param traceOfEvent its trace, for exemplars
     * @param wallClockMillis when a cell that does not exist yet comes to be
     */
    Observer of(long eventTimeNanos, String traceOfEvent, long wallClockMillis) {
        this.atNanos = eventTimeNanos;
        this.traceId = traceOfEvent;
        this.nowMillis = wallClockMillis;
        return this;
    }

    @Override
    public void observe(Metric metric, List<String> labelValues, String part, long nanos) {
        var key = new CellKey(admit(new Series(metric, labelValues)), part);
        switch (cell(key)) {
            case Sum sum -> sum.add(nanos);
            case Newest newest -> newest.set(nanos, atNanos);
            case Distribution distribution -> distribution.observe(nanos, traceId, atNanos);
        }
        changed.add(key);
    }

    /** Drops the parts of a gauge that were last seen before {@code horizonNanos}. */
    void dropPartsBefore(Metric metric, long horizonNanos) {
        cells.entrySet().removeIf(entry -> {
            boolean stale = entry.getKey().series().metric() == metric && entry.getValue() instanceof Newest newest
                    && newest.atNanos() < horizonNanos;
            if (stale) {
                changed.add(entry.getKey());
            }
            return stale;
        });
    }

    /** Hands over each cell that changed since the last call; a null cell was dropped. */
    void drainChanged(BiConsumer<CellKey, @Nullable Cell> consumer) {
        changed.forEach(key -> consumer.accept(key, cells.get(key)));
        changed.clear();
    }

    private Cell cell(CellKey key) {
        Cell cell = cells.get(key);
        if (cell != null) {
            return cell;
        }
        Cell created = Cell.empty(key.series().metric(), nowMillis);
        cells.put(key, created);
        if (key.part().isEmpty()) {
            key.series().family().forEach(sibling -> {
                var siblingKey = new CellKey(sibling, "");
                if (cells.putIfAbsent(siblingKey, Cell.empty(sibling.metric(), nowMillis)) == null) {
                    changed.add(siblingKey);
                }
            });
        }
        return created;
    }

    private Series admit(Series wanted) {
        Series series = shorten(wanted);
        Set<List<String>> known = admitted(series.metric());
        List<String> open = openValues(series);
        if (open.isEmpty() || known.contains(open)) {
            return series;
        }
        // The count of overflows is labelled by metric names, which are few and must not overflow themselves.
        if (known.size() < labelLimit || series.metric() == Metric.THROUGHLINE_LABEL_OVERFLOW) {
            known.add(open);
            return series;
        }
        observe(Metric.THROUGHLINE_LABEL_OVERFLOW, List.of(series.metric().metricName()), Nanos.ONE);
        return withOpenValues(series, OTHER);
    }

    private Set<List<String>> admitted(Metric metric) {
        return admitted.computeIfAbsent(metric, m -> new HashSet<>());
    }

    private static List<String> openValues(Series series) {
        List<String> open = new ArrayList<>();
        for (int i = 0; i < series.labelValues().size(); i++) {
            if (!series.metric().labels().get(i).isClosed()) {
                open.add(series.labelValues().get(i));
            }
        }
        return open;
    }

    private static Series withOpenValues(Series series, String value) {
        List<String> values = new ArrayList<>(series.labelValues());
        for (int i = 0; i < values.size(); i++) {
            if (!series.metric().labels().get(i).isClosed()) {
                values.set(i, value);
            }
        }
        return new Series(series.metric(), List.copyOf(values));
    }

    private static Series shorten(Series series) {
        if (series.labelValues().stream().allMatch(value -> value.length() <= LONGEST_LABEL_VALUE)) {
            return series;
        }
        return new Series(series.metric(), series.labelValues().stream()
                .map(value -> value.substring(0, Math.min(value.length(), LONGEST_LABEL_VALUE))).toList());
    }
}
