package io.throughline.logs;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What this shipper's own store holds, with how far it has come.
 *
 * @param store where it is
 * @param watermark everything published before it is searchable; null when that cannot be told
 */
record LocalSearch(LogSearch store, Supplier<@Nullable Instant> watermark) implements LogSearch {

    @Override
    public Page search(LogQuery query) throws IOException {
        // Asked for first: what is stored meanwhile may be in the answer, and is not promised.
        var coverage = new Coverage(watermark.get(), List.of());
        Page page = store.search(query);
        return new Page(page.entries(), page.next(), page.total(), coverage);
    }

    @Override
    public long[] counts(LogQuery query, TimeSlices slices) throws IOException {
        return store.counts(query, slices);
    }

    @Override
    public SortedSet<String> services() throws IOException {
        return store.services();
    }
}
