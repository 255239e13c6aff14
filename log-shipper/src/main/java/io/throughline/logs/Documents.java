package io.throughline.logs;

import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.jspecify.annotations.Nullable;

/** Records as Lucene documents, and back. */
final class Documents {

    static final String KIND = "kind";
    static final String TOPIC = "topic";
    static final String PARTITION = "partition";
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

    private Documents() {}

    static Document of(Entry entry) {
        var document = new Document();
        document.add(new StringField(KIND, entry.kind().wireName(), Field.Store.YES));
        document.add(new StoredField(TOPIC, entry.partition().topic()));
        document.add(new NumericDocValuesField(PARTITION, entry.partition().partition()));
        document.add(new StoredField(STORED + PARTITION, entry.partition().partition()));
        document.add(new NumericDocValuesField(OFFSET, entry.offset()));
        document.add(new StoredField(STORED + OFFSET, entry.offset()));
        document.add(new LongField(TIMESTAMP, EpochNanos.of(entry.timestamp()), Field.Store.NO));
        context(document, entry.context());
        exact(document, SERVICE, entry.service());
        exact(document, LOGGER, entry.logger());
        exact(document, LEVEL, entry.level() == null ? null : entry.level().wireName());
        exact(document, ERROR_CODE, entry.errorCode());
        exact(document, STATUS_CODE, entry.statusCode() == null ? null : entry.statusCode().toString());
        entry.text().forEach(text -> document.add(new TextField(TEXT, text, Field.Store.NO)));
        document.add(new StoredField(JSON, entry.json()));
        return document;
    }

    static StoredEntry entry(Document document) {
        return new StoredEntry(Kind.of(document.get(KIND)), document.get(TOPIC),
                document.getField(STORED + PARTITION).numericValue().intValue(),
                document.getField(STORED + OFFSET).numericValue().longValue(), context(document), json(document));
    }

    static String json(Document document) {
        return document.get(JSON);
    }

    /** The term that stands for a value: the value, and for one too long to index, its digest. */
    static String term(String value) {
        return value.length() <= LONGEST_TERM ? value : "sha256:" + Digests.sha256Hex(value);
    }

    private static void context(Document document, TraceContext context) {
        id(document, TraceHeaders.TRACE_ID, context.traceId());
        id(document, TraceHeaders.REQUEST_ID, context.requestId());
        id(document, TraceHeaders.USER_ID, context.userId());
        id(document, TraceHeaders.JOB_ID, context.jobId());
        id(document, TraceHeaders.BATCH_ID, context.batchId());
    }

    private static TraceContext context(Document document) {
        return new TraceContext(document.get(STORED + TraceHeaders.TRACE_ID),
                document.get(STORED + TraceHeaders.REQUEST_ID), document.get(STORED + TraceHeaders.USER_ID),
                document.get(STORED + TraceHeaders.JOB_ID), document.get(STORED + TraceHeaders.BATCH_ID));
    }

    private static void id(Document document, String field, @Nullable String value) {
        exact(document, field, value);
        if (value != null) {
            document.add(new StoredField(STORED + field, value));
        }
    }

    private static void exact(Document document, String field, @Nullable String value) {
        if (value != null) {
            document.add(new StringField(field, term(value), Field.Store.NO));
        }
    }
}
