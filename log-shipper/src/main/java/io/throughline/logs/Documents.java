package io.throughline.logs;

import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Records as Lucene documents, and back. What tells where a record came from stands in the columns that order answers;
 * stored as text are only the JSON and, where it does not tell them all, the ids.
 */
final class Documents {

    static final String KIND = "kind";
    static final String SOURCE = "source";
    static final String OFFSET = "offset";
    static final String TIMESTAMP = "timestamp";
    static final String SERVICE = "service";
    static final String LOGGER = "logger";
    static final String LEVEL = "level";
    static final String ERROR_CODE = "error_code";
    static final String STATUS_CODE = "status_code";
    static final String TEXT = "text";

    private static final String JSON = "json";
    private static final String STORED = "stored_";
    /** Lucene refuses terms of more than 32,766 bytes; no id that anybody means comes near this many characters. */
    private static final int LONGEST_TERM = 4096;
    /** Words with their places for phrases, without what scores need: answers are in the order of time. */
    private static final FieldType WORDS = words();

    private final Sources sources;

    Documents(Sources sources) {
        this.sources = sources;
    }

    Document of(Entry entry) {
        var document = new Document();
        document.add(new StringField(KIND, entry.kind().wireName(), Field.Store.NO));
        document.add(new NumericDocValuesField(SOURCE, sources.of(entry.partition())));
        document.add(new NumericDocValuesField(OFFSET, entry.offset()));
        document.add(new LongField(TIMESTAMP, EpochNanos.of(entry.timestamp()), Field.Store.NO));
        exact(document, TraceHeaders.TRACE_ID, entry.context().traceId());
        exact(document, TraceHeaders.REQUEST_ID, entry.context().requestId());
        exact(document, TraceHeaders.USER_ID, entry.context().userId());
        exact(document, TraceHeaders.JOB_ID, entry.context().jobId());
        exact(document, TraceHeaders.BATCH_ID, entry.context().batchId());
        exact(document, SERVICE, entry.service());
        exact(document, LOGGER, entry.logger());
        exact(document, LEVEL, entry.level() == null ? null : entry.level().wireName());
        exact(document, ERROR_CODE, entry.errorCode());
        exact(document, STATUS_CODE, entry.statusCode() == null ? null : entry.statusCode().toString());
        entry.text().forEach(text -> document.add(new Field(TEXT, text, WORDS)));
        // As bytes: Lucene encodes texts one character after the other.
        document.add(new StoredField(JSON, entry.json().getBytes(StandardCharsets.UTF_8)));
        if (!told(entry)) {
            store(document, entry.context());
        }
        return document;
    }

    /** The JSON of a log line has the ids filled in, so its trace id stands for all of them. */
    private static boolean told(Entry entry) {
        return entry.kind() == Kind.LOG
                ? entry.json().contains("\"trace_id\":\"" + entry.context().traceId() + '"')
                : entry.context().equals(Contexts.inJson(entry.json()));
    }

    /** The record of a hit that was sorted by {@link Queries#sort}. */
    StoredEntry entry(FieldDoc hit, Document document) {
        long source = (Long) hit.fields[1];
        String json = json(document);
        return new StoredEntry(sources.kind(source), sources.partition(source).topic(),
                sources.partition(source).partition(),
                (Long) hit.fields[2], (Long) hit.fields[0], context(json, document), json);
    }

    private static String json(Document document) {
        BytesRef json = Objects.requireNonNull(document.getBinaryValue(JSON), "every record is stored with its JSON");
        return new String(json.bytes, json.offset, json.length, StandardCharsets.UTF_8);
    }

    /** The term that stands for a value: the value, and for one too long to index, its digest. */
    static String term(String value) {
        return value.length() <= LONGEST_TERM ? value : "sha256:" + Digests.sha256Hex(value);
    }

    private static void store(Document document, TraceContext context) {
        store(document, TraceHeaders.TRACE_ID, context.traceId());
        store(document, TraceHeaders.REQUEST_ID, context.requestId());
        store(document, TraceHeaders.USER_ID, context.userId());
        store(document, TraceHeaders.JOB_ID, context.jobId());
        store(document, TraceHeaders.BATCH_ID, context.batchId());
    }

    private static void store(Document document, String field, @Nullable String value) {
        if (value != null) {
            document.add(new StoredField(STORED + field, value));
        }
    }

    private static TraceContext context(String json, Document document) {
        String traceId = document.get(STORED + TraceHeaders.TRACE_ID);
        return traceId == null
                ? Objects.requireNonNull(Contexts.inJson(json), "ids are stored where the JSON does not tell them")
                : new TraceContext(traceId, document.get(STORED + TraceHeaders.REQUEST_ID),
                        document.get(STORED + TraceHeaders.USER_ID), document.get(STORED + TraceHeaders.JOB_ID),
                        document.get(STORED + TraceHeaders.BATCH_ID));
    }

    private static void exact(Document document, String field, @Nullable String value) {
        if (value != null) {
            document.add(new StringField(field, term(value), Field.Store.NO));
        }
    }

    private static FieldType words() {
        var type = new FieldType();
        type.setTokenized(true);
        type.setOmitNorms(true);
        type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
        type.freeze();
        return type;
    }
}
