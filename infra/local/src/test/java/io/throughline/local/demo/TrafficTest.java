package io.throughline.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.Event;
import io.throughline.event.EventType;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.JobStatus;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.LogLevel;
import io.throughline.event.RequestCompleted;
import io.throughline.event.Topic;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceContext;
import io.throughline.trace.Traceparent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficTest {

    private static final Instant START = Instant.parse("2026-01-28T15:30:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final List<Emission> AN_HOUR = play(42, 1, HOUR);

    @Test
    void sameSeed_sameStream() {
        assertThat(play(42, 1, Duration.ofMinutes(5))).isEqualTo(play(42, 1, Duration.ofMinutes(5)));
    }

    @Test
    void otherSeed_otherStream() {
        assertThat(play(43, 1, Duration.ofMinutes(1))).isNotEqualTo(play(42, 1, Duration.ofMinutes(1)));
    }

    @Test
    void laterStart_otherIds() {
        var later = new Traffic(START.plusSeconds(60), new SplittableRandom(42), 1);
        Set<String> ids = traceIds(play(42, 1, Duration.ofMinutes(1)));

        assertThat(later.next().context().traceId()).isNotIn(ids);
    }

    @Test
    void stream_isInOrderOfTime() {
        assertThat(AN_HOUR).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
    }

    @Test
    void anHour_holdsTwentyToSixtyRecordsASecond() {
        assertThat(AN_HOUR.size() / 3600.0).isBetween(20.0, 60.0);
    }

    @Test
    void rate_multipliesTheUsers() {
        double tenfold = play(42, 10, Duration.ofMinutes(10)).size() / 600.0;

        assertThat(tenfold).isBetween(200.0, 600.0);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void firstTwentySeconds_holdEveryEventTypeAndAnEndOfEachJobType(long seed) {
        List<Event> events = events(play(seed, 1, Duration.ofSeconds(20))).toList();

        assertThat(events.stream().map(Event::type)).contains(EventType.values());
        assertThat(events.stream().filter(JobCompleted.class::isInstance).map(e -> ((JobCompleted) e).jobType()))
                .contains("script", "storyboard", "image", "voiceover", "video");
    }

    @Test
    void anHour_holdsEveryLevelFromEveryServiceThatWouldWriteIt() {
        Map<String, Set<LogLevel>> levels = logs().collect(Collectors.groupingBy(l -> l.log().service() + "",
                Collectors.mapping(l -> l.log().level(), Collectors.toSet())));

        assertThat(levels.keySet()).containsExactlyInAnyOrderElementsOf(Platform.SERVICES);
        assertThat(levels.values()).allSatisfy(found -> assertThat(found).contains(LogLevel.DEBUG, LogLevel.INFO));
        assertThat(levels.get("gateway")).containsExactlyInAnyOrder(LogLevel.values());
    }

    @Test
    void errorsOfWorkers_haveAStackTraceAndACode() {
        assertThat(logs().map(Emission.Logged::log).filter(log -> log.level() == LogLevel.ERROR
                && log.message().contains("job failed"))).isNotEmpty().allSatisfy(log -> {
                    assertThat(log.errorCode()).isNotBlank();
                    assertThat(log.stackTrace()).contains("Traceback").contains("\n");
                });
    }

    @Test
    void everyJob_isCreatedThenStartedThenCompletedOrInFlight() {
        Map<String, List<EventType>> lives = new HashMap<>();
        events(AN_HOUR).forEach(event -> jobId(event)
                .forEach(id -> lives.computeIfAbsent(id, key -> new ArrayList<>()).add(event.type())));
        var whole = List.of(EventType.JOB_CREATED, EventType.JOB_STARTED, EventType.JOB_COMPLETED);

        assertThat(lives.values()).hasSizeGreaterThan(3000)
                .allSatisfy(life -> assertThat(life).isEqualTo(whole.subList(0, life.size())));
        assertThat(lives.values().stream().filter(life -> life.size() < 3).count()).isLessThan(100);
    }

    @Test
    void everyBatch_hasAsManyJobsAsItSaysAndEndsAfterThem() {
        Map<String, Long> sizes = new HashMap<>();
        Map<String, Integer> created = new HashMap<>();
        Map<String, Integer> ended = new HashMap<>();
        List<String> completed = new ArrayList<>();
        for (Emission emission : AN_HOUR) {
            if (emission instanceof Emission.Happened happened) {
                String batch = String.valueOf(happened.context().batchId());
                switch (happened.event()) {
                    case BatchCreated b -> sizes.put(b.batchId(), b.size());
                    case JobCreated j -> created.merge(batch, 1, Integer::sum);
                    case JobCompleted j -> ended.merge(batch, 1, Integer::sum);
                    case BatchCompleted b -> {
                        assertThat(ended.get(b.batchId()))
                                .isEqualTo(Math.toIntExact(sizes.getOrDefault(b.batchId(), -1L)));
                        completed.add(b.batchId());
                    }
                    case Event other -> {
                    }
                }
            }
        }
        assertThat(completed).hasSizeGreaterThan(1000).doesNotHaveDuplicates()
                .allSatisfy(batch -> assertThat(created.get(batch)).isBetween(1, 5));
    }

    @Test
    void durationOfAJob_isTheTimeSinceItWasCreated() {
        Map<String, Instant> created = new HashMap<>();
        events(AN_HOUR).forEach(event -> {
            if (event instanceof JobCreated job) {
                created.put(job.jobId(), job.origin().timestamp());
            } else if (event instanceof JobCompleted job) {
                long micros = Duration.between(created.get(job.jobId()), job.origin().timestamp()).toNanos() / 1000;
                assertThat(job.durationSeconds()).isEqualTo(micros / 1e6);
            }
        });
    }

    @Test
    void ninetySevenOfAHundredJobs_succeed() {
        Map<JobStatus, Long> outcomes = events(AN_HOUR).filter(JobCompleted.class::isInstance)
                .collect(Collectors.groupingBy(e -> ((JobCompleted) e).status(), Collectors.counting()));
        double all = outcomes.values().stream().mapToLong(Long::longValue).sum();

        assertThat(outcomes.getOrDefault(JobStatus.SUCCESS, 0L) / all).isBetween(0.955, 0.985);
        assertThat(outcomes.getOrDefault(JobStatus.FAILED, 0L) / all).isBetween(0.010, 0.035);
        assertThat(outcomes.get(JobStatus.CANCELLED)).isPositive();
    }

    @Test
    void failedJobs_sayWhy() {
        assertThat(events(AN_HOUR).filter(JobCompleted.class::isInstance).map(JobCompleted.class::cast))
                .allSatisfy(job -> assertThat(job.errorCode() != null).isEqualTo(job.status() == JobStatus.FAILED));
    }

    @Test
    void twoOfThreeLookups_hitTheCache() {
        double hits = events(AN_HOUR).filter(CacheHit.class::isInstance).count();
        double misses = events(AN_HOUR).filter(CacheMiss.class::isInstance).count();

        assertThat(hits / (hits + misses)).isBetween(0.62, 0.68);
    }

    @Test
    void llmCalls_areConsistent() {
        List<LlmCompleted> calls = events(AN_HOUR).filter(LlmCompleted.class::isInstance).map(LlmCompleted.class::cast)
                .toList();

        assertThat(calls).hasSizeGreaterThan(2000).allSatisfy(call -> {
            boolean success = call.status() == LlmStatus.SUCCESS;
            assertThat(call.completionTokens() > 0).isEqualTo(success);
            assertThat(call.errorCode() == null).isEqualTo(success);
            if (call.cachedTokens() != null) {
                assertThat(call.cachedTokens()).isLessThanOrEqualTo(call.promptTokens());
            }
            if (call.timeToFirstTokenSeconds() != null) {
                assertThat(call.timeToFirstTokenSeconds()).isLessThanOrEqualTo(call.latencySeconds());
            }
        });
        assertThat(calls.stream().map(LlmCompleted::status).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(LlmStatus.values());
        assertThat(calls.stream().map(LlmCompleted::model).distinct()).hasSize(4);
        assertThat(calls.stream().filter(call -> call.costUsd() != null).count() / (double) calls.size())
                .isBetween(0.6, 0.75);
    }

    @Test
    void requests_areAnsweredMostly2xxAndSometimesNot() {
        Map<Integer, Long> answers = events(AN_HOUR).filter(RequestCompleted.class::isInstance)
                .collect(Collectors.groupingBy(e -> ((RequestCompleted) e).statusCode() / 100, Collectors.counting()));

        assertThat(answers.keySet()).containsExactlyInAnyOrder(2, 4, 5);
        assertThat(answers.get(2)).isGreaterThan(10 * (answers.getOrDefault(4, 0L) + answers.getOrDefault(5, 0L)));
    }

    @Test
    void everythingOfATrace_sharesItsIds() {
        Map<String, Set<List<Object>>> owners = new HashMap<>();
        Map<String, Set<String>> batches = new HashMap<>();
        for (Emission emission : AN_HOUR) {
            TraceContext context = emission.context();
            owners.computeIfAbsent(context.traceId(), id -> new HashSet<>())
                    .add(List.of(context.requestId() + "", context.userId() + ""));
            if (context.batchId() != null) {
                batches.computeIfAbsent(context.traceId(), id -> new HashSet<>()).add(context.batchId());
            }
        }

        assertThat(owners.keySet()).allMatch(Traceparent::isTraceId);
        assertThat(owners.values()).allSatisfy(ids -> assertThat(ids).hasSize(1));
        assertThat(batches.values()).isNotEmpty().allSatisfy(ids -> assertThat(ids).hasSize(1));
    }

    @Test
    void jobEvents_standInTheContextOfTheirJob() {
        assertThat(AN_HOUR.stream().filter(Emission.Happened.class::isInstance).map(Emission.Happened.class::cast))
                .allSatisfy(happened -> jobId(happened.event())
                        .forEach(id -> assertThat(happened.context().jobId()).isEqualTo(id)));
    }

    @Test
    void tensOfUsers_areSeenWithinFiveMinutes() {
        assertThat(play(42, 1, Duration.ofMinutes(5)).stream().map(e -> e.context().userId() + "").distinct().count())
                .isBetween(40L, 61L);
    }

    @Test
    void eventIds_areUnique() {
        assertThat(events(AN_HOUR).map(event -> event.origin().eventId())).doesNotHaveDuplicates();
    }

    @Test
    void everyRecord_decodesToWhatWasMeant() throws Exception {
        var wire = new WireRecords("throughline.", Clock.fixed(START.plus(HOUR), ZoneOffset.UTC));
        for (Emission emission : AN_HOUR) {
            switch (emission) {
                case Emission.Happened happened -> {
                    var record = wire.of(happened.event(), happened.context());
                    assertThat(wire.event(topic(record.topic()), record.headers(), record.value()).value())
                            .isEqualTo(happened.event());
                }
                case Emission.Logged logged -> {
                    var record = wire.of(logged.log());
                    assertThat(wire.log(record.headers(), record.value()).value()).isEqualTo(logged.log());
                }
            }
        }
    }

    @Test
    void workThatIsOpenAtTheEnd_canBeEndedAsCancelled() {
        var open = new OpenWork();
        List<Emission> minutes = play(7, 1, Duration.ofMinutes(2));
        minutes.forEach(open::note);
        List<Emission> all = new ArrayList<>(minutes);
        all.addAll(open.cancel(START.plusSeconds(120)));

        assertThat(ids(all, JobCreated.class, JobCreated::jobId))
                .isEqualTo(ids(all, JobCompleted.class, JobCompleted::jobId));
        assertThat(ids(all, BatchCreated.class, BatchCreated::batchId))
                .isEqualTo(ids(all, BatchCompleted.class, BatchCompleted::batchId));
        assertThat(all.size()).isGreaterThan(minutes.size());
        assertThat(events(all.subList(minutes.size(), all.size())).map(Event::type).toList())
                .last().isEqualTo(EventType.BATCH_COMPLETED);
    }

    private static <E> Set<String> ids(List<Emission> emissions, Class<E> type, Function<E, String> id) {
        return events(emissions).filter(type::isInstance).map(type::cast).map(id).collect(Collectors.toSet());
    }

    private static Set<String> traceIds(List<Emission> emissions) {
        return emissions.stream().map(e -> e.context().traceId()).collect(Collectors.toSet());
    }

    private static Topic topic(String name) {
        return EnumSet.allOf(Topic.class).stream().filter(t -> t.name("throughline.").equals(name)).findFirst()
                .orElseThrow();
    }

    private static Stream<String> jobId(Event event) {
        return switch (event) {
            case JobCreated job -> Stream.of(job.jobId());
            case JobStarted job -> Stream.of(job.jobId());
            case JobCompleted job -> Stream.of(job.jobId());
            case Event other -> Stream.empty();
        };
    }

    private static Stream<Emission.Logged> logs() {
        return AN_HOUR.stream().filter(Emission.Logged.class::isInstance).map(Emission.Logged.class::cast);
    }

    private static Stream<Event> events(List<Emission> emissions) {
        return emissions.stream().filter(Emission.Happened.class::isInstance)
                .map(emission -> ((Emission.Happened) emission).event());
    }

    private static List<Emission> play(long seed, double rate, Duration time) {
        var traffic = new Traffic(START, new SplittableRandom(seed), rate);
        List<Emission> emissions = new ArrayList<>();
        for (Emission next = traffic.next(); next.at().isBefore(START.plus(time)); next = traffic.next()) {
            emissions.add(next);
        }
        return emissions;
    }
}
