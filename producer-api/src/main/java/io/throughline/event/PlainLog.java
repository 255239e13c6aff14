package io.throughline.event;

import io.throughline.trace.TraceContext;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a log line is found by, read in one pass from bytes that can be kept as they are: flat JSON on one line, with
 * level and time as this release writes them, and with the very ids of the record's headers. A store of lines needs no
 * more of most of them, and this takes less time than {@link Codec#decodeLog}, which builds a tree.
 *
 * @param timestamp when it was written
 * @param level how severe it is
 * @param logger the logger's name, where known
 * @param message the text
 * @param context the trace it belongs to
 * @param service the service that wrote it
 * @param statusCode HTTP status
 * @param errorCode what went wrong, as a short code
 * @param stackTrace stack trace of an exception
 */
public record PlainLog(Instant timestamp, LogLevel level, @Nullable String logger, String message,
        TraceContext context, @Nullable String service, @Nullable Integer statusCode, @Nullable String errorCode,
        @Nullable String stackTrace) {

    private static final Words<LogLevel> LEVELS = Words.of(LogLevel.values(), LogLevel::wireName);
    private static final ThreadLocal<FlatFields> FIELDS = ThreadLocal.withInitial(FlatFields::new);

    /**
     * Reads a log line; null where only {@link Codec#decodeLog} can tell what it is, or where something has to be
     * filled in or written otherwise. What is read here it would read as the same, and refuse nothing of it. Safe to
     * share between threads.
     *
     * @param value the record's value
     * @param headers the context that the record's headers hold; null when they hold none
     */
    public static @Nullable PlainLog read(byte @Nullable [] value, @Nullable TraceContext headers) {
        FlatFields fields = FIELDS.get();
        try {
            return value != null && fields.scan(value, 0, value.length) && fields.endsWith(Field.TIMESTAMP, 'Z')
                    ? read(fields, headers)
                    : null;
        } catch (NotFlatException | IllegalArgumentException e) {
            return null;
        } finally {
            fields.clear();
        }
    }

    private static PlainLog read(FlatFields in, @Nullable TraceContext headers) {
        Range.milliseconds("duration_ms", in.optionalDecimal(Field.DURATION_MS));
        return new PlainLog(in.timestamp(Field.TIMESTAMP), in.oneOf(Field.LEVEL, LEVELS),
                in.optionalText(Field.LOGGER), in.text(Field.MESSAGE), context(in, headers),
                in.optionalText(Field.SERVICE), in.optionalInteger(Field.STATUS_CODE),
                in.optionalText(Field.ERROR_CODE), in.optionalText(Field.STACK_TRACE));
    }

    private static TraceContext context(FlatFields in, @Nullable TraceContext headers) {
        var told = new TraceContext(in.text(Field.TRACE_ID), id(in, Field.REQUEST_ID), id(in, Field.USER_ID),
                id(in, Field.JOB_ID), id(in, Field.BATCH_ID));
        if (headers != null && !(headers.traceId().equals(told.traceId())
                && agrees(headers.requestId(), told.requestId()) && agrees(headers.userId(), told.userId())
                && agrees(headers.jobId(), told.jobId()) && agrees(headers.batchId(), told.batchId()))) {
            throw new NotFlatException();
        }
        return told;
    }

    private static boolean agrees(@Nullable String header, @Nullable String told) {
        return header == null || Objects.equals(header, told);
    }

    private static @Nullable String id(FlatFields in, Field field) {
        String id = in.optionalText(field);
        if (id != null && id.isBlank()) {
            throw new NotFlatException();
        }
        return id;
    }
}
