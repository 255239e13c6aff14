package io.throughline.logs;

import io.throughline.event.LogLevel;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSortField;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/**
 * Questions as Lucene queries, built from a closed set of forms: no query text is ever handed to Lucene's own parsers,
 * since a few characters of it can keep a processor busy for minutes.
 */
final class Queries {

    private Queries() {}

    static Query records(LogQuery query) {
        var all = new BooleanQuery.Builder();
        if (query.kinds().size() < Kind.values().length) {
            query.kinds().forEach(kind -> all.add(term(Documents.KIND, kind.wireName()), Occur.FILTER));
        }
        query.exact().forEach((field, value) -> all.add(term(field, value), Occur.FILTER));
        if (!query.levels().isEmpty()) {
            all.add(levels(query.levels()), Occur.FILTER);
        }
        if (query.from() != null || query.to() != null) {
            all.add(times(query), Occur.FILTER);
        }
        if (query.text() != null) {
            all.add(text(query.text().tree()), Occur.FILTER);
        }
        BooleanQuery built = all.build();
        return built.clauses().isEmpty() ? MatchAllDocsQuery.INSTANCE : new ConstantScoreQuery(built);
    }

    /** By event time, then source and offset: total, so that a place in it names one record in any index. */
    static Sort sort(Order order) {
        boolean descending = order == Order.NEWEST;
        return new Sort(new SortedNumericSortField(Documents.TIMESTAMP, SortField.Type.LONG, descending),
                new SortField(Documents.SOURCE, SortField.Type.LONG, descending),
                new SortField(Documents.OFFSET, SortField.Type.LONG, descending));
    }

    private static Query text(TextQuery query) {
        return switch (query) {
            case TextQuery.Phrase phrase -> phrase(phrase.words());
            case TextQuery.Prefix prefix -> new PrefixQuery(new Term(Documents.TEXT, prefix.beginning()));
            case TextQuery.Field field -> term(field.name(), field.value());
            case TextQuery.And and -> {
                var all = new BooleanQuery.Builder();
                and.all().forEach(part -> all.add(text(part), Occur.FILTER));
                yield all.build();
            }
            case TextQuery.Or or -> {
                var any = new BooleanQuery.Builder();
                or.any().forEach(part -> any.add(text(part), Occur.SHOULD));
                yield any.build();
            }
            case TextQuery.Not not -> new BooleanQuery.Builder().add(MatchAllDocsQuery.INSTANCE, Occur.FILTER)
                    .add(text(not.of()), Occur.MUST_NOT).build();
        };
    }

    private static Query term(String field, String value) {
        return new TermQuery(new Term(field, Documents.term(value)));
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
