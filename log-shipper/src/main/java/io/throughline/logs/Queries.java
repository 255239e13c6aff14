package io.throughline.logs;

import io.throughline.event.LogLevel;
import io.throughline.trace.TraceHeaders;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSortField;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/**
 * Questions as Lucene queries, built from the closed set of term, set, range and phrase: no query text is ever parsed,
 * since a few characters of it can keep a processor busy for minutes.
 */
final class Queries {

    private Queries() {}

    static Query logs(LogQuery query) {
        return records(Set.of(Kind.LOG), query);
    }

    static Query records(Set<Kind> kinds, LogQuery query) {
        var all = new BooleanQuery.Builder();
        all.add(kinds(kinds), Occur.FILTER);
        query.exact().forEach((field, value) -> all.add(term(field, value), Occur.FILTER));
        if (!query.levels().isEmpty()) {
            all.add(levels(query.levels()), Occur.FILTER);
        }
        if (query.from() != null || query.to() != null) {
            all.add(times(query), Occur.FILTER);
        }
        query.phrases().forEach(phrase -> all.add(phrase(phrase), Occur.FILTER));
        return all.build();
    }

    static Query trace(String traceId) {
        return term(TraceHeaders.TRACE_ID, traceId);
    }

    /** Newest first is also how the index is sorted, so a search for the newest stops after the first hits. */
    static Sort sort(Order order) {
        boolean descending = order == Order.NEWEST;
        return new Sort(new SortedNumericSortField(Documents.TIMESTAMP, SortField.Type.LONG, descending),
                new SortField(Documents.PARTITION, SortField.Type.LONG, descending),
                new SortField(Documents.OFFSET, SortField.Type.LONG, descending));
    }

    private static Query term(String field, String value) {
        return new TermQuery(new Term(field, Documents.term(value)));
    }

    private static Query kinds(Set<Kind> kinds) {
        return kinds.size() == 1
                ? term(Documents.KIND, kinds.iterator().next().wireName())
                : new TermInSetQuery(Documents.KIND, kinds.stream().map(k -> new BytesRef(k.wireName())).toList());
    }

    private static Query levels(Collection<LogLevel> levels) {
        return new TermInSetQuery(Documents.LEVEL,
                levels.stream().map(level -> new BytesRef(level.wireName())).toList());
    }

    private static Query times(LogQuery query) {
        long from = query.from() == null ? Long.MIN_VALUE : EpochNanos.of(query.from());
        long to = query.to() == null ? Long.MAX_VALUE : EpochNanos.of(query.to());
        // A time at an edge stands for all that lie beyond it.
        boolean edge = to == Long.MAX_VALUE || to == Long.MIN_VALUE;
        return LongField.newRangeQuery(Documents.TIMESTAMP, from, edge ? to : to - 1);
    }

    private static Query phrase(List<String> words) {
        return words.size() == 1
                ? new TermQuery(new Term(Documents.TEXT, words.get(0)))
                : new PhraseQuery(Documents.TEXT, words.toArray(String[]::new));
    }
}
