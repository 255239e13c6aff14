package io.throughline.publish;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.CacheSize;
import io.throughline.event.DatabaseError;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.JobStatus;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.event.Origin;
import io.throughline.event.RequestCompleted;
import io.throughline.event.ServiceHeartbeat;
import io.throughline.trace.TraceContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One event of each type and one log line. */
final class Samples {

    static final Instant TIME = Instant.parse("2026-01-28T15:30:00.125Z");
    static final Origin ORIGIN = new Origin("e1", TIME, "writer");
    static final TraceContext TRACE = TraceContext.of("4bf92f3577b34da6a3ce929d0e0e4736");
    static final Event EVENT = new CacheMiss(ORIGIN, "prompts");
    static final LogRecord LOG = new LogRecord(TIME, LogLevel.INFO, null, "m", TRACE, null, null, null, null, null,
            Map.of());
    static final List<Event> ALL = List.of(new JobCreated(ORIGIN, "j1", "video"), new JobStarted(ORIGIN, "j1", "video"),
            new JobCompleted(ORIGIN, "j1", "video", JobStatus.SUCCESS, null, null),
            new BatchCreated(ORIGIN, "b1", null),
            new BatchCompleted(ORIGIN, "b1", JobStatus.SUCCESS, null),
            new LlmCompleted(ORIGIN, "gpt-4o", LlmStatus.SUCCESS, 1, 1, 1, null, null, null, null, null),
            new CacheHit(ORIGIN, "prompts", null, null), EVENT, new CacheSize(ORIGIN, "prompts", 1, null),
            new RequestCompleted(ORIGIN, "GET", "/", 200, 1), new DatabaseError(ORIGIN, "main", "insert", null),
            new ServiceHeartbeat(ORIGIN, "i1"));

    private Samples() {}
}
