package io.throughline.aggregate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final BucketLayout layout;
    /** The way an observation takes: by metric, then by its label values, or its part where it has one. */
    private final Map<Metric, Map<Object, Slot>> slots = new EnumMap<>(Metric.class);
    private final Map<Metric, Set<List<String>>> admitted = new EnumMap<>(Metric.class);
    private final List<Slot> changed = new ArrayList<>();

    private long atNanos;
    private long nowMillis;
    private String traceId = "";
    private @Nullable Observed listener;

    private static final class Slot {
        final CellKey key;
        final Cell cell;
        boolean changed;
        boolean dropped;

        Slot(CellKey key, Cell cell) {
            this.key = key;
            this.cell = cell;
        }
    }

    Cells(int labelLimit, BucketLayout layout) {
        this.labelLimit = labelLimit;
        this.layout = layout;
        for (Metric metric : Metric.values()) {
            slots.put(metric, new HashMap<>());
            admitted.put(metric, new HashSet<>());
        }
    }

    /** Tells {@code observed} of each observation from here on; null tells nobody. */
    void listen(@Nullable Observed observed) {
        listener = observed;
    }

    /**
     * Puts back a committed cell, and sends it again with the next commit: a cumulative value can be repeated. Only what
     * was seen lately is not sent again, because it would look as if it was seen now.
     */
    void restore(CellKey key, Cell cell) {
        admitted(key.series().metric()).add(openValues(key.series()));
        var slot = new Slot(key, cell);
        slots(key.series().metric()).put(way(key), slot);
        if (key.series().metric().kind() != Metric.Kind.RECENT) {
            mark(slot);
        }
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
        Slot slot = slots(metric).get(part.isEmpty() ? labelValues : part);
        if (slot == null) {
            slot = slot(new CellKey(admit(new Series(metric, labelValues)), part));
        }
        switch (slot.cell) {
            case Sum sum -> sum.add(nanos);
            case Newest newest -> newest.set(nanos, atNanos);
            case Distribution distribution -> distribution.observe(nanos, traceId, atNanos);
        }
        mark(slot);
        if (listener != null) {
            listener.observed(slot.key.series(), slot.key.part(), nanos, atNanos);
        }
    }

    /** Drops the parts of a gauge that were last seen before {@code horizonNanos}. */
    void dropPartsBefore(Metric metric, long horizonNanos) {
        slots(metric).values().removeIf(slot -> {
            boolean stale = slot.cell instanceof Newest newest && newest.atNanos() < horizonNanos;
            if (stale) {
                slot.dropped = true;
                mark(slot);
            }
            return stale;
        });
    }

    /** Hands over each cell that changed since the last call; a null cell was dropped. */
    void drainChanged(BiConsumer<CellKey, @Nullable Cell> consumer) {
        for (Slot slot : changed) {
            slot.changed = false;
            // What was dropped and has come back since is handed over by its new slot.
            if (!slot.dropped) {
                consumer.accept(slot.key, slot.cell);
            } else if (!slots(slot.key.series().metric()).containsKey(way(slot.key))) {
                consumer.accept(slot.key, null);
            }
        }
        changed.clear();
    }

    private void mark(Slot slot) {
        if (!slot.changed) {
            slot.changed = true;
            changed.add(slot);
        }
    }

    /** The slot of a cell; the first of a family brings its siblings at zero. */
    private Slot slot(CellKey key) {
        if (key.part().isEmpty() && !slots(key.series().metric()).containsKey(way(key))) {
            key.series().family().forEach(sibling -> getOrCreate(new CellKey(sibling, "")));
        }
        return getOrCreate(key);
    }

    private Slot getOrCreate(CellKey key) {
        Metric metric = key.series().metric();
        return slots(metric).computeIfAbsent(way(key), unseen -> {
            var slot = new Slot(key, Cell.empty(metric, layout, nowMillis));
            mark(slot);
            return slot;
        });
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

    /** Gauges that are put together from parts have no labels, so either says all. */
    private static Object way(CellKey key) {
        return key.part().isEmpty() ? key.series().labelValues() : key.part();
    }

    private Map<Object, Slot> slots(Metric metric) {
        return Objects.requireNonNull(slots.get(metric));
    }

    private Set<List<String>> admitted(Metric metric) {
        return Objects.requireNonNull(admitted.get(metric));
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
        List<String> shown = series.labelValues().stream().map(Cells::shorten).toList();
        return shown.equals(series.labelValues()) ? series : new Series(series.metric(), shown);
    }

    /** Half a surrogate pair has no place in UTF-8: it would be shown as the same character as any other. */
    private static String shorten(String value) {
        String whole = value.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                ? new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
                : value;
        return whole.codePointCount(0, whole.length()) <= LONGEST_LABEL_VALUE
                ? whole
                : whole.substring(0, whole.offsetByCodePoints(0, LONGEST_LABEL_VALUE));
    }
}
