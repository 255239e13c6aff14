package io.throughline.local.demo;

import static io.throughline.local.demo.Script.line;

import com.fasterxml.jackson.databind.node.TextNode;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.JobStatus;
import io.throughline.event.LogLevel;
import io.throughline.event.RequestCompleted;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A job from created to completed. */
final class JobFlow {

    private final Draw draw;
    private final LlmCalls llm;

    JobFlow(Draw draw, LlmCalls llm) {
        this.draw = draw;
        this.llm = llm;
    }

    /**
     * Plays a job out.
     *
     * @param script where the job id is known
     * @param jobId the same
     * @param pace factor on the time that rendering takes
     * @return how it ended; the script then stands at its end
     */
    JobStatus play(Script script, String jobId, JobType type, double pace) {
        Instant created = script.now();
        script.event(Platform.SCHEDULER, origin -> new JobCreated(origin, jobId, type.wireName()));
        script.log(line(Platform.SCHEDULER, LogLevel.DEBUG, "queue", "job queued").with("job_type",
                TextNode.valueOf(type.wireName()))).pass(0.05 + draw.secondsToNext(1.6) * pace);
        Instant started = script.now();
        String instance = draw.oneOf(Platform.instances(type.service()));
        script.event(type.service(), origin -> new JobStarted(origin, jobId, type.wireName()));
        script.log(line(type.service(), LogLevel.INFO, "worker", type.wireName() + " job started").with("instance",
                TextNode.valueOf(instance)));
        Failure failure = work(script, type, instance, pace);
        JobStatus status = failure == null ? outcome() : JobStatus.FAILED;
        complete(script, jobId, type, created, status, failure);
        answer(script, type, started, status);
        return status;
    }

    /** Why a job failed. */
    private record Failure(String code, String exception, String message) {}

    private @Nullable Failure work(Script script, JobType type, String instance,
            double pace) {
        for (int call = 0; call < type.calls(); call++) {
            if (!llm.answered(script, type, instance)) {
                return new Failure("llm_unavailable", "ModelUnavailable", "no answer after 2 calls");
            }
        }
        double seconds = draw.logNormal(type.renderSeconds(), 0.3) * pace;
        script.pass(seconds);
        if (draw.chance(0.018)) {
            return draw.oneOf(List.of(
                    new Failure("render_failed", "RenderError", "encoder exited with 1 at frame 412"),
                    new Failure("asset_missing", "AssetMissing", "asset was not found in the store"),
                    new Failure("content_rejected", "ContentRejected", "the result was refused by moderation")));
        }
        script.log(line(type.service(), LogLevel.DEBUG, "render", type.wireName() + " rendered").took(seconds));
        return null;
    }

    private JobStatus outcome() {
        return draw.chance(0.008) ? JobStatus.CANCELLED : JobStatus.SUCCESS;
    }

    private void complete(Script script, String jobId, JobType type, Instant created, JobStatus status,
            @Nullable Failure failure) {
        double seconds = script.pass(0.002).since(created);
        script.event(type.service(), origin -> new JobCompleted(origin, jobId, type.wireName(), status, seconds,
                failure == null ? null : failure.code()));
        script.log(failure == null ? ended(type, status, seconds) : failed(type, failure, seconds));
    }

    private static Script.Line ended(JobType type, JobStatus status, double seconds) {
        LogLevel level = status == JobStatus.CANCELLED ? LogLevel.WARNING : LogLevel.INFO;
        String how = status == JobStatus.CANCELLED ? "cancelled by the user" : "completed";
        return line(type.service(), level, "worker", type.wireName() + " job " + how).took(seconds);
    }

    private static Script.Line failed(JobType type, Failure failure, double seconds) {
        return line(type.service(), LogLevel.ERROR, "worker", type.wireName() + " job failed: " + failure.message())
                .took(seconds).error(failure.code(), StackTraces.of(type.service(), failure.exception(),
                        failure.message()));
    }

    private static void answer(Script script, JobType type, Instant started, JobStatus status) {
        double seconds = script.since(started);
        script.event(type.service(), origin -> new RequestCompleted(origin, "POST", "/jobs/{job_id}/run",
                status == JobStatus.FAILED ? 500 : 200, seconds));
    }
}
