package io.throughline.logs;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Finds what is stored. Thread-safe. */
interface LogSearch {

    /**
     * A page of records in the order that was asked for: by event time, then topic, partition and offset.
     *
     * @throws IOException when the store cannot be read or takes too long
     */
    Page search(LogQuery query) throws IOException;

    /** Everything of one trace, log lines and events, by event time, then topic, partition and offset. */
    default TraceEntries trace(String traceId) throws IOException {
        Page page = search(LogQuery.trace(traceId));
        return new TraceEntries(page.entries(), page.next() != null, page.coverage());
    }

    /** Records of these kinds that match, as many as the query's limit, in its order. */
    default List<StoredEntry> records(Set<Kind> kinds, LogQuery query) throws IOException {
        return search(query.of(kinds)).entries();
    }

    /** How many records match in each slice; the query's order, limit and cursor play no part. */
    long[] counts(LogQuery query, TimeSlices slices) throws IOException;

    /** As above, and adds those to {@code missing} whose records are not counted since they did not answer. */
    default long[] counts(LogQuery query, TimeSlices slices, Collection<String> missing) throws IOException {
        return counts(query, slices);
    }

    /** The services that wrote anything. */
    SortedSet<String> services() throws IOException;

    /** Who else stores records, by host and port: what a search asks them too, a tail does not show. */
    default List<String> others() {
        return List.of();
    }

    /**
     * Some of the records that match.
     *
     * @param entries in the order that was asked for; fewer than asked for where they are very long
     * @param next where to go on, null when there are no more
     * @param total how many match in all, whatever the cursor
     * @param coverage how much of what exists was searched
     */
    record Page(List<StoredEntry> entries, @Nullable Cursor next, long total, Coverage coverage) {

        public Page {
            entries = List.copyOf(entries);
        }

        /** The JSON of each record. */
        List<String> lines() {
            return entries.stream().map(StoredEntry::json).toList();
        }
    }

    /**
     * The records of one trace.
     *
     * @param entries in causal order
     * @param truncated whether there are more than one answer can hold
     * @param coverage how much of what exists was searched
     */
    record TraceEntries(List<StoredEntry> entries, boolean truncated, Coverage coverage) {

        public TraceEntries {
            entries = List.copyOf(entries);
        }
    }
}
