package io.throughline.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.MultiReader;
import org.apache.lucene.index.QueryTimeoutImpl;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.jspecify.annotations.Nullable;

/**
 * One question to several days at once, oldest day added first. For one question and one thread.
 *
 * <p>Days are searched in the order that was asked for, so that a search for the newest finds what it needs in the
 * first and passes by the others.
 */
final class DaySearch implements AutoCloseable {

    /** An answer ends early beyond this many characters, so that 10,000 lines of a megabyte do not fill the heap. */
    private static final long LONGEST_ANSWER = 16L * 1024 * 1024;
    private static final long LONGEST_MILLIS = 10_000;

    private final Documents documents;
    private final Sources sources;
    private final List<DayIndex.Lease> leases = new ArrayList<>();

    DaySearch(Documents documents, Sources sources) {
        this.documents = documents;
        this.sources = sources;
    }

    void add(DayIndex day) throws IOException {
        DayIndex.Lease lease = day.acquire();
        if (lease != null) {
            leases.add(lease);
        }
    }

    LogSearch.Page page(LogQuery query) throws IOException {
        IndexSearcher searcher = searcher(query.order());
        Query lucene = Queries.records(query);
        // One more than asked for tells whether there is a next page.
        ScoreDoc[] hits = searcher.search(lucene, new TopFieldCollectorManager(Queries.sort(query.order()),
                query.limit() + 1, after(query.after()), 1)).scoreDocs;
        int total = searcher.count(lucene);
        check(searcher);
        List<StoredEntry> entries = entries(searcher, hits, query.limit());
        Cursor next = entries.size() < hits.length ? entries.get(entries.size() - 1).cursor(query.order()) : null;
        return new LogSearch.Page(entries, next, total, Coverage.whole());
    }

    long[] counts(LogQuery query, TimeSlices slices) throws IOException {
        IndexSearcher searcher = searcher(query.order());
        long[] counts = Overview.counts(searcher, query, slices);
        check(searcher);
        return counts;
    }

    SortedSet<String> services() throws IOException {
        return Overview.services(searcher(Order.NEWEST));
    }

    @Override
    public void close() throws IOException {
        for (DayIndex.Lease lease : leases) {
            lease.close();
        }
    }

    private IndexSearcher searcher(Order order) throws IOException {
        List<IndexReader> readers = new ArrayList<>();
        leases.forEach(lease -> readers.add(lease.searcher().getIndexReader()));
        if (order == Order.NEWEST) {
            Collections.reverse(readers);
        }
        // The readers are the days' own: leases give them back.
        var searcher = new IndexSearcher(new MultiReader(readers.toArray(IndexReader[]::new), false));
        searcher.setTimeout(new QueryTimeoutImpl(LONGEST_MILLIS));
        return searcher;
    }

    private static void check(IndexSearcher searcher) throws IOException {
        if (searcher.timedOut()) {
            throw new IOException("the search took longer than " + LONGEST_MILLIS / 1000
                    + " s: ask for a shorter time with from and to, or for an id");
        }
    }

    private List<StoredEntry> entries(IndexSearcher searcher, ScoreDoc[] hits, int limit) throws IOException {
        List<StoredEntry> entries = new ArrayList<>();
        long characters = 0;
        var stored = searcher.storedFields();
        while (entries.size() < Math.min(hits.length, limit) && characters < LONGEST_ANSWER) {
            var hit = (FieldDoc) hits[entries.size()];
            StoredEntry entry = documents.entry(hit, stored.document(hit.doc));
            entries.add(entry);
            characters += entry.json().length();
        }
        return entries;
    }

    private @Nullable FieldDoc after(@Nullable Cursor cursor) throws IOException {
        if (cursor == null) {
            return null;
        }
        // Time, source and offset name one record, so its document number, which merges change, plays no part.
        return new FieldDoc(Integer.MAX_VALUE, Float.NaN, new Object[]{cursor.timestampNanos(),
                sources.of(cursor.topic(), cursor.partition()), cursor.offset()});
    }
}
