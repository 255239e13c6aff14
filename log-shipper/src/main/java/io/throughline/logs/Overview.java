package io.throughline.logs;

import java.io.IOException;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.apache.lucene.util.BytesRef;

/** What lies over the single answer: counts over time, and who writes. */
final class Overview {

    private static final int MOST_SERVICES = 10_000;

    private Overview() {}

    static long[] counts(IndexSearcher searcher, LogQuery query, TimeSlices slices) throws IOException {
        return searcher.search(Queries.records(query.within(slices.from(), slices.to())), new Counting(slices));
    }

    /** Names longer than a term can be are not among them. */
    static SortedSet<String> services(IndexSearcher searcher) throws IOException {
        SortedSet<String> services = new TreeSet<>();
        for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            Terms terms = leaf.reader().terms(Documents.SERVICE);
            if (terms != null) {
                TermsEnum names = terms.iterator();
                for (BytesRef name = names.next(); name != null && services.size() < MOST_SERVICES; name = names
                        .next()) {
                    services.add(name.utf8ToString());
                }
            }
        }
        return services;
    }

    /** Counts hits by slice, each part of the index by itself. */
    private record Counting(TimeSlices slices) implements CollectorManager<Counting.Counter, long[]> {

        @Override
        public Counter newCollector() {
            return new Counter(slices);
        }

        @Override
        public long[] reduce(Collection<Counter> counters) {
            long[] sum = new long[slices.count()];
            for (Counter counter : counters) {
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += counter.counts[i];
                }
            }
            return sum;
        }

        private static final class Counter extends SimpleCollector {
            private final TimeSlices slices;
            private final long[] counts;
            private SortedNumericDocValues times = DocValues.emptySortedNumeric();

            Counter(TimeSlices slices) {
                this.slices = slices;
                this.counts = new long[slices.count()];
            }

            @Override
            protected void doSetNextReader(LeafReaderContext leaf) throws IOException {
                times = DocValues.getSortedNumeric(leaf.reader(), Documents.TIMESTAMP);
            }

            @Override
            public void collect(int document) throws IOException {
                if (times.advanceExact(document)) {
                    long slice = slices.indexOf(times.nextValue());
                    if (slice >= 0 && slice < counts.length) {
                        counts[(int) slice]++;
                    }
                }
            }

            @Override
            public ScoreMode scoreMode() {
                return ScoreMode.COMPLETE_NO_SCORES;
            }
        }
    }
}
