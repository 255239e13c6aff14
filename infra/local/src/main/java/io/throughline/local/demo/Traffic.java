package io.throughline.local.demo;

import io.throughline.event.CacheSize;
import io.throughline.event.LogLevel;
import io.throughline.event.ServiceHeartbeat;
import io.throughline.trace.TraceContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.random.RandomGenerator;

/**
 * The traffic of the whole platform as an endless stream in order of time, on a virtual timeline: it knows no clock, and
 * the same start and seed give the same stream. Not thread-safe.
 */
final class Traffic {

    private static final double CREATED_PER_SECOND = 0.55;
    private static final double BROWSED_PER_SECOND = 2.2;
    private static final double HEARTBEAT_SECONDS = 10;
    private static final double CACHE_SIZE_SECONDS = 15;

    private final Timeline timeline = new Timeline();
    private final Draw draw;
    private final Ids ids;
    private final Caches caches;
    private final Requests requests;
    private final double rate;

    /**
     * Traffic that begins at {@code start}.
     *
     * @param rate factor on how many users there are; at 1 some 35 records a second
     */
    Traffic(Instant start, RandomGenerator random, double rate) {
        this.draw = new Draw(random);
        this.ids = new Ids(random);
        this.caches = new Caches(draw);
        this.rate = rate;
        this.requests = new Requests(timeline, draw, ids, new JobFlow(draw, new LlmCalls(draw, caches)));
        open(start);
        arrivals(start, CREATED_PER_SECOND, requests::create);
        arrivals(start, BROWSED_PER_SECOND, requests::browse);
        instances(start);
    }

    /** The next thing that is published. */
    Emission next() {
        return timeline.next();
    }

    /** The first seconds hold one thing of each kind, so that nobody waits for the first value of a metric. */
    private void open(Instant start) {
        Instant at = after(start, 0.2);
        for (JobType type : JobType.values()) {
            timeline.plan(at, now -> requests.preview(now, type));
            at = at.plusMillis(250);
        }
        timeline.plan(at, now -> requests.browse(now, 500, true));
    }

    private void arrivals(Instant now, double perSecond, Timeline.Step arrival) {
        timeline.plan(after(now, draw.secondsToNext(perSecond * rate)), at -> {
            arrival.run(at);
            arrivals(at, perSecond, arrival);
        });
    }

    private void instances(Instant start) {
        for (String service : Platform.SERVICES) {
            for (String instance : Platform.instances(service)) {
                every(HEARTBEAT_SECONDS, after(start, draw.random().nextDouble()), now -> heartbeat(now, service,
                        instance));
            }
        }
        for (Caches.Holder holder : caches.holders()) {
            every(CACHE_SIZE_SECONDS, after(start, draw.random().nextDouble()), now -> cacheSize(now, holder));
        }
    }

    private void every(double seconds, Instant first, Timeline.Step step) {
        timeline.plan(first, now -> {
            step.run(now);
            every(seconds, after(now, seconds), step);
        });
    }

    private void heartbeat(Instant now, String service, String instance) {
        alone(now).event(service, origin -> new ServiceHeartbeat(origin, instance)).log(service, LogLevel.DEBUG,
                "health", instance + " is alive");
    }

    private void cacheSize(Instant now, Caches.Holder holder) {
        alone(now).event(holder.service(), origin -> new CacheSize(origin, holder.cache(), caches.size(holder),
                holder.instance()));
    }

    /** Work on nobody's behalf has a trace of its own. */
    private Script alone(Instant now) {
        return new Script(timeline, ids, TraceContext.of(ids.trace(now)), now);
    }

    private static Instant after(Instant now, double seconds) {
        return now.plusNanos((long) (seconds * 1e9)).truncatedTo(ChronoUnit.MICROS);
    }
}
