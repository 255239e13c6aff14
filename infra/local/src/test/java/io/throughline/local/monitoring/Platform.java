package io.throughline.local.monitoring;

import io.throughline.event.BatchCompleted;
import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.DatabaseError;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStatus;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.Origin;
import io.throughline.event.ServiceHeartbeat;
import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import io.throughline.trace.TraceContext;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A small platform that publishes what a healthy one would, five times a second, and can be broken in each way. */
final class Platform implements AutoCloseable {

    private static final String WORKER = "worker";
    private static final int CROWD = 150;

    private final Publisher publisher;
    private final Thread thread = Thread.ofPlatform().daemon().name("platform").unstarted(this::play);
    private final Set<Fault> faults = ConcurrentHashMap.newKeySet();
    private final Set<Fault> played = EnumSet.noneOf(Fault.class);
    private volatile boolean closed;

    /** A way in which it can be broken. */
    enum Fault {
        BATCH_FAILS, JOBS_FAIL, JOBS_ARE_SLOW, LLM_FAILS, DATABASE_FAILS, CACHE_IS_COLD, JOBS_PILE_UP, WORKER_IS_DOWN
    }

    private Platform(Publisher publisher) {
        this.publisher = publisher;
    }

    static Platform start(Settings settings) {
        var platform = new Platform(Publisher.start(settings, "platform"));
        platform.thread.start();
        return platform;
    }

    void breakBy(Set<Fault> how) {
        faults.addAll(how);
    }

    void mend() {
        faults.clear();
    }

    private void play() {
        while (!closed) {
            emit("gateway", origin -> new ServiceHeartbeat(origin, "gateway-1"));
            if (!is(Fault.WORKER_IS_DOWN)) {
                emit(WORKER, origin -> new ServiceHeartbeat(origin, "worker-1"));
            }
            job();
            emit(WORKER, origin -> new LlmCompleted(origin, "gpt-4o",
                    is(Fault.LLM_FAILS) ? LlmStatus.TIMEOUT : LlmStatus.SUCCESS, 1, 100, 10, null, null, null, null,
                    null));
            emit(WORKER, origin -> is(Fault.CACHE_IS_COLD)
                    ? new CacheMiss(origin, "prompts")
                    : new CacheHit(origin, "prompts", null, null));
            if (is(Fault.DATABASE_FAILS)) {
                emit("gateway", origin -> new DatabaseError(origin, "shorts", "select", "deadlock"));
            }
            changed(Fault.BATCH_FAILS, "batch");
            changed(Fault.JOBS_PILE_UP, "crowd");
            try {
                TimeUnit.MILLISECONDS.sleep(200);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void job() {
        emit(WORKER, origin -> new JobCompleted(origin, origin.eventId(), "video",
                is(Fault.JOBS_FAIL) ? JobStatus.FAILED : JobStatus.SUCCESS, is(Fault.JOBS_ARE_SLOW) ? 60.0 : 0.4,
                null));
    }

    /** What happens once when a fault comes or goes. */
    private void changed(Fault fault, String name) {
        boolean comes = is(fault) && played.add(fault);
        boolean goes = !is(fault) && played.remove(fault);
        if (fault == Fault.BATCH_FAILS && comes) {
            emit(WORKER, origin -> new BatchCompleted(origin, name + origin.eventId(), JobStatus.FAILED, 1.0));
        }
        if (fault == Fault.JOBS_PILE_UP && (comes || goes)) {
            IntStream.range(0, CROWD).mapToObj(i -> name + i).forEach(id -> emit(WORKER, origin -> comes
                    ? new JobCreated(origin, id, "video")
                    : new JobCompleted(origin, id, "video", JobStatus.SUCCESS, 0.4, null)));
        }
    }

    private boolean is(Fault fault) {
        return faults.contains(fault);
    }

    private void emit(String service, Function<Origin, Event> event) {
        publisher.emit(event.apply(new Origin(UUID.randomUUID().toString(), Instant.now(), service)),
                TraceContext.of(UUID.randomUUID().toString().replace("-", "")));
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        publisher.close();
    }
}
