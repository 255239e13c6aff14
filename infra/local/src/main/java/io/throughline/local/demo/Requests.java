package io.throughline.local.demo;

import static io.throughline.local.demo.Script.line;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.DatabaseError;
import io.throughline.event.JobStatus;
import io.throughline.event.LogLevel;
import io.throughline.event.RequestCompleted;
import io.throughline.trace.TraceContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What users ask of the platform: new short videos, and a look at those they have. Not thread-safe. */
final class Requests {

    private static final List<String> DATABASES = List.of("shorts", "users", "assets");
    private static final List<String> ROUTES = List.of("/v1/shorts", "/v1/shorts/{short_id}",
            "/v1/shorts/{short_id}", "/v1/batches/{batch_id}", "/v1/batches/{batch_id}", "/v1/me");

    private final Timeline timeline;
    private final Draw draw;
    private final Ids ids;
    private final JobFlow jobs;

    Requests(Timeline timeline, Draw draw, Ids ids, JobFlow jobs) {
        this.timeline = timeline;
        this.draw = draw;
        this.ids = ids;
        this.jobs = jobs;
    }

    /** A user asks for a short video: a batch of one to five jobs of any type. */
    void create(Instant now) {
        List<JobType> types = new ArrayList<>();
        for (int i = draw.between(1, 5); i > 0; i--) {
            types.add(draw.oneOf(List.of(JobType.values())));
        }
        create(now, types, 1);
    }

    /** A user asks for a preview of one thing, which takes a few seconds. */
    void preview(Instant now, JobType type) {
        create(now, List.of(type), 0.3);
    }

    /** A user looks at something; most of the time it is there. */
    void browse(Instant now) {
        double roll = draw.random().nextDouble();
        int status = roll < 0.945 ? 200 : roll < 0.970 ? 404 : roll < 0.982 ? 401 : roll < 0.992 ? 429 : 500;
        browse(now, status, status == 500 && draw.chance(0.3));
    }

    /** A user looks at something, and it goes so. */
    void browse(Instant now, int status, boolean databaseFails) {
        String route = draw.oneOf(ROUTES);
        Script script = arrive(now, route);
        if (databaseFails) {
            databaseError(script.pass(draw.logNormal(0.02, 0.5)));
        }
        answer(script.pass(draw.logNormal(0.018, 0.6)), "GET", route, status, now);
    }

    private Script arrive(Instant now, String route) {
        var context = new TraceContext(ids.trace(now), ids.of("req", now), draw.oneOf(Platform.USERS), null, null);
        return new Script(timeline, ids, context, now)
                .log(Platform.GATEWAY, LogLevel.DEBUG, "http", "request for " + route).pass(0.001);
    }

    private void create(Instant now, List<JobType> types, double pace) {
        Script gateway = arrive(now, "/v1/shorts").pass(draw.logNormal(0.006, 0.4));
        String batchId = ids.of("batch", gateway.now());
        Script batch = gateway.beside(context -> context.withBatchId(batchId));
        Instant created = batch.now();
        batch.event(Platform.SCHEDULER, origin -> new BatchCreated(origin, batchId, (long) types.size()));
        batch.log(Platform.SCHEDULER, LogLevel.INFO, "batches", "batch of " + types.size() + " jobs accepted")
                .pass(draw.logNormal(0.004, 0.4));
        batch.event(Platform.SCHEDULER, origin -> new RequestCompleted(origin, "POST", "/batches", 201,
                batch.since(created)));
        answer(gateway.until(batch.now()).pass(0.002), "POST", "/v1/shorts", 201, now);
        complete(batch, batchId, created, play(batch, types, pace));
    }

    /** How each job ended; the script then stands where the last one did. */
    private List<JobStatus> play(Script batch, List<JobType> types, double pace) {
        List<JobStatus> outcomes = new ArrayList<>();
        Instant end = batch.now();
        for (JobType type : types) {
            String jobId = ids.of("job", batch.now());
            Script job = batch.beside(context -> context.withJobId(jobId)).pass(draw.logNormal(0.003, 0.4));
            outcomes.add(jobs.play(job, jobId, type, pace));
            end = job.now().isAfter(end) ? job.now() : end;
        }
        batch.until(end);
        return outcomes;
    }

    private void complete(Script batch, String batchId, Instant created, List<JobStatus> outcomes) {
        JobStatus status = outcome(outcomes);
        double seconds = batch.pass(draw.logNormal(0.02, 0.4)).since(created);
        batch.event(Platform.SCHEDULER, origin -> new BatchCompleted(origin, batchId, status, seconds));
        long failed = outcomes.stream().filter(JobStatus.FAILED::equals).count();
        batch.log(line(Platform.SCHEDULER, failed == 0 ? LogLevel.INFO : LogLevel.WARNING, "batches",
                "batch completed, " + failed + " of " + outcomes.size() + " jobs failed").took(seconds));
    }

    /** A batch is a success when any of its jobs is: the user has something to look at. */
    private static JobStatus outcome(List<JobStatus> outcomes) {
        if (outcomes.contains(JobStatus.SUCCESS)) {
            return JobStatus.SUCCESS;
        }
        return outcomes.contains(JobStatus.FAILED) ? JobStatus.FAILED : JobStatus.CANCELLED;
    }

    private void databaseError(Script script) {
        String database = draw.oneOf(DATABASES);
        boolean down = draw.chance(0.2);
        String code = down ? "pool_exhausted" : "deadlock";
        script.event(Platform.GATEWAY, origin -> new DatabaseError(origin, database, "select", code));
        script.log(line(Platform.GATEWAY, down ? LogLevel.CRITICAL : LogLevel.ERROR, "database",
                "database " + database + " failed: " + code)
                .error(code, StackTraces.of(Platform.GATEWAY, "DatabaseError", code)));
    }

    private static void answer(Script script, String method, String route, int status, Instant arrived) {
        double seconds = script.since(arrived);
        LogLevel level = status >= 500 ? LogLevel.ERROR : status >= 400 ? LogLevel.WARNING : LogLevel.INFO;
        script.event(Platform.GATEWAY, origin -> new RequestCompleted(origin, method, route, status, seconds));
        script.log(line(Platform.GATEWAY, level, "http", method + ' ' + route).took(seconds).status(status));
    }
}
