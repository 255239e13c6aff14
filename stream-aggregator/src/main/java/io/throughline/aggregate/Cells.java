package io.throughline.aggregate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The cells of one input partition, and what changed in them since the last commit, by minutes of event time.
 *
 * <p>A metric gets at most a limit of label value combinations; what is beyond goes to the value {@code other}, so
 * totals stay exact. What the input partition has room for and {@link Admission} has not keeps its windows, and adds to
 * the total of {@code other}. The first value of a closed label brings all the others of its list at zero. Not
 * thread-safe.
 */
final class Cells implements Observer {

    private static final String OTHER = "other";
    private static final int LONGEST_LABEL_VALUE = 128;
    private static final long NANOS_A_MILLI = 1_000_000;

    private final int labelLimit;
    private final Admission admission;
    private final BucketLayout layout;
    private final DeltaPool pool;
    private final ActiveUsers users;
    private final SlotTable[] slots = new SlotTable[Metric.values().length];
    private final Map<Metric, Set<List<String>>> admitted = new EnumMap<>(Metric.class);
    private final List<Slot> changed = new ArrayList<>();
    private final Set<Slot> withWindows = new HashSet<>();
    private final List<Slot> folded = new ArrayList<>();

    private long atNanos;
    private long windowStartMillis;
    private long nowMillis;
    private String traceId = "";
    private @Nullable Observed listener;

    Cells(int labelLimit, Admission admission, BucketLayout layout) {
        this.labelLimit = labelLimit;
        this.admission = admission;
        this.layout = layout;
        this.pool = new DeltaPool(layout);
        this.users = new ActiveUsers();
        for (Metric metric : Metric.values()) {
            slots[metric.index()] = new SlotTable();
            admitted.put(metric, new HashSet<>());
        }
    }

    /** Tells {@code observed} of each observation from here on; null tells nobody. */
    void listen(@Nullable Observed observed) {
        listener = observed;
    }

    /** Puts back a committed cell, and sends it again with the next commit: a cumulative value can be repeated. */
    void restore(CellKey key, Cell cell) {
        if (cell instanceof Users seen) {
            users.restore(key, seen);
            return;
        }
        Series series = key.series();
        List<String> open = openValues(series);
        if (isLimited(series.metric(), open)) {
            admitted(series.metric()).add(open);
            admission.restore(series.metric(), open);
        }
        Slot slot = key.part().isEmpty()
                ? new Slot(key, label(series, 0), label(series, 1), cell, pool)
                : new Slot(key, key.part(), "", cell, pool);
        slots(series.metric()).add(slot);
        mark(slot);
    }

    /** A series has a place here, so its windows are its own, but was not shown. */
    void restoreFolded(Series series) {
        admitted(series.metric()).add(openValues(series));
    }

    /** Hands over the series that since the last call got a place here and none in {@link Admission}. */
    void drainFolded(Consumer<Series> consumer) {
        folded.forEach(slot -> consumer.accept(slot.key.series()));
        folded.clear();
    }

    /**
     * Says which event the next observations are of.
     *
     * @param eventTimeNanos its event time in nanoseconds since 1970
     * @param windowStart when the window begins that it belongs to, in milliseconds since 1970; {@link Slot#NO_WINDOW}
     *     when it is too late for one
     * @param traceOfEvent its trace, for exemplars
     * @param wallClockMillis when a cell that does not exist yet comes to be
     */
    Observer of(long eventTimeNanos, long windowStart, String traceOfEvent, long wallClockMillis) {
        this.atNanos = eventTimeNanos;
        this.windowStartMillis = windowStart;
        this.traceId = traceOfEvent;
        this.nowMillis = wallClockMillis;
        return this;
    }

    @Override
    public void observe(Metric metric, long nanos) {
        observe(metric, "", "", nanos);
    }

    @Override
    public void observe(Metric metric, String label, long nanos) {
        observe(metric, label, "", nanos);
    }

    @Override
    public void observe(Metric metric, String first, String second, long nanos) {
        Slot slot = slots(metric).find(first, second);
        add(slot != null ? slot : admitted(metric, first, second), nanos);
    }

    @Override
    public void observePart(Metric metric, String part, long nanos) {
        Slot slot = slots(metric).find(part, "");
        add(slot != null ? slot : create(new CellKey(new Series(metric, List.of()), part), part, ""), nanos);
    }

    @Override
    public void see(String userId) {
        users.see(userId, Math.floorDiv(atNanos, NANOS_A_MILLI), windowStartMillis);
        if (listener != null) {
            listener.observed(ActiveUsers.SERIES, userId, Nanos.ONE, atNanos);
        }
    }

    /** Drops the parts of a gauge that were last seen before {@code horizonNanos}; returns how many. */
    int dropPartsBefore(Metric metric, long horizonNanos) {
        int[] count = {0};
        slots(metric).removeIf(slot -> {
            boolean stale = slot.isOlderThan(horizonNanos);
            if (stale) {
                count[0]++;
                slot.dropped = true;
                mark(slot);
            }
            return stale;
        });
        return count[0];
    }

    /** Forgets users and windows that nothing has touched for long enough. */
    void housekeep(long streamTimeMillis) {
        users.dropBefore(streamTimeMillis - ActiveUsers.KEPT.toMillis());
        withWindows.removeIf(slot -> !slot.keepWindowsSince(streamTimeMillis - WindowKey.LENGTH.toMillis()));
    }

    /** Hands over what changed since the last call; {@code generation} is larger than it ever was for this partition. */
    void drainChanged(CellSink sink, long generation, long streamTimeMillis) {
        // It grows meanwhile, by the totals that others add to.
        for (int i = 0; i < changed.size(); i++) {
            Slot slot = changed.get(i);
            slot.settle(sink, generation, streamTimeMillis);
            if (slot.hasWindows() && !slot.dropped) {
                withWindows.add(slot);
            }
            if (slot.isFolded()) {
                mark(slot.total());
            }
        }
        for (Slot slot : changed) {
            slot.changed = false;
            if (slot.isFolded()) {
                continue;
            }
            // What was dropped and has come back since is handed over by its new slot.
            if (!slot.dropped) {
                sink.cell(slot.key, slot.cumulative());
            } else if (slots(slot.key.series().metric()).find(slot.first, slot.second) == null) {
                sink.cell(slot.key, null);
            }
        }
        changed.clear();
        users.drainChanged(sink, generation, nowMillis);
    }

    private void add(Slot slot, long nanos) {
        Cell delta = slot.delta(windowStartMillis);
        if (delta instanceof Sum sum) {
            sum.add(nanos);
        } else if (delta instanceof Distribution distribution) {
            distribution.observe(nanos, traceId, atNanos);
        } else if (delta instanceof Newest newest) {
            newest.set(nanos, atNanos);
        }
        mark(slot);
        if (slot.isFolded()) {
            countFolded(slot);
        }
        if (listener != null) {
            listener.observed(slot.key.series(), slot.key.part(), nanos, atNanos);
        }
    }

    /** Beyond {@link Admission} alone, which windows do not ask, so it is in none. */
    private void countFolded(Slot slot) {
        String metric = slot.key.series().metric().metricName();
        Slot known = slots(Metric.THROUGHLINE_LABEL_OVERFLOW).find(metric, "");
        Slot overflow = known != null ? known : admitted(Metric.THROUGHLINE_LABEL_OVERFLOW, metric, "");
        ((Sum) overflow.delta(Slot.NO_WINDOW)).add(Nanos.ONE);
        mark(overflow);
    }

    private void mark(Slot slot) {
        if (!slot.changed) {
            slot.changed = true;
            changed.add(slot);
        }
    }

    /** The slot of a series that was not met under these label values yet; the first of a family brings its siblings. */
    private Slot admitted(Metric metric, String first, String second) {
        List<String> labels = switch (metric.labels().size()) {
            case 0 -> List.of();
            case 1 -> List.of(first);
            default -> List.of(first, second);
        };
        Series series = admit(new Series(metric, labels));
        Slot known = slots(metric).find(label(series, 0), label(series, 1));
        if (known != null) {
            return known;
        }
        series.family().forEach(sibling -> {
            if (slots(metric).find(label(sibling, 0), label(sibling, 1)) == null) {
                create(new CellKey(sibling, ""), label(sibling, 0), label(sibling, 1));
            }
        });
        return Objects.requireNonNull(slots(metric).find(label(series, 0), label(series, 1)));
    }

    private Slot create(CellKey key, String first, String second) {
        Metric metric = key.series().metric();
        List<String> open = openValues(key.series());
        var slot = !isLimited(metric, open) || admission.admits(metric, open)
                ? new Slot(key, first, second, Cell.empty(metric, layout, nowMillis), pool)
                : new Slot(key, first, second, other(key.series()), pool);
        slots(metric).add(slot);
        mark(slot);
        if (slot.isFolded()) {
            folded.add(slot);
        }
        return slot;
    }

    /** The slot of the same series with {@code other} for its open label values. */
    private Slot other(Series series) {
        Series other = withOpenValues(series, OTHER);
        Slot known = slots(series.metric()).find(label(other, 0), label(other, 1));
        return known != null ? known : create(new CellKey(other, ""), label(other, 0), label(other, 1));
    }

    /** The count of overflows is labelled by metric names, which are few and must not overflow themselves. */
    private static boolean isLimited(Metric metric, List<String> open) {
        return !open.isEmpty() && metric != Metric.THROUGHLINE_LABEL_OVERFLOW
                && !open.stream().allMatch(OTHER::equals);
    }

    private Series admit(Series wanted) {
        Series series = shorten(wanted);
        Set<List<String>> known = admitted(series.metric());
        List<String> open = openValues(series);
        if (!isLimited(series.metric(), open) || known.contains(open)) {
            return series;
        }
        if (known.size() < labelLimit) {
            known.add(open);
            return series;
        }
        count(Metric.THROUGHLINE_LABEL_OVERFLOW, series.metric().metricName());
        return withOpenValues(series, OTHER);
    }

    private SlotTable slots(Metric metric) {
        return slots[metric.index()];
    }

    private Set<List<String>> admitted(Metric metric) {
        return Objects.requireNonNull(admitted.get(metric));
    }

    private static String label(Series series, int index) {
        return index < series.labelValues().size() ? series.labelValues().get(index) : "";
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
