package io.throughline.logs;

import java.util.List;
import java.util.Random;

/** Events and lines of a trace that agree on little: few ids, services and seconds, so that much shares much. */
final class RandomWork {

    private static final List<String> SERVICES = List.of("api", "voice", "writer");

    private RandomWork() {}

    /** Adds one record. */
    static void add(Shorts shorts, Random random) {
        String service = SERVICES.get(random.nextInt(SERVICES.size()));
        String ids = ("request_id=r" + random.nextInt(3))
                + (random.nextBoolean() ? " job_id=j" + random.nextInt(3) : "")
                + (random.nextBoolean() ? " batch_id=b" + random.nextInt(2) : "");
        String second = "%02d.%03d".formatted(random.nextInt(4), random.nextInt(40) * 25);
        String length = "0.%03d".formatted(random.nextInt(1_000));
        int job = random.nextInt(3);
        switch (random.nextInt(9)) {
            case 0 -> shorts.event("services", service, second, ids, "request.completed",
                    "\"method\":\"GET\",\"route\":\"/\",\"status_code\":200,\"duration_seconds\":" + length);
            case 1 -> shorts.event("jobs", service, second, ids.replaceAll(" job_id=\\w+", "") + " job_id=j" + job,
                    "job.completed", "\"job_id\":\"j" + job
                            + "\",\"job_type\":\"v\",\"status\":\"success\",\"duration_seconds\":" + length);
            case 2 -> shorts.event("batches", service, second, "batch_id=b1", "batch.completed",
                    "\"batch_id\":\"b1\",\"status\":\"success\",\"processing_seconds\":" + length);
            case 3 -> shorts.event("llm", service, second, ids, "llm.completed", "\"model\":\"m\",\"status\":"
                    + "\"success\",\"latency_seconds\":" + length + ",\"prompt_tokens\":1,\"completion_tokens\":1");
            case 4 -> shorts.event("cache", service, second, ids, "cache.miss", "\"cache\":\"c\"");
            default -> shorts.log(service, second, ids, "INFO", "line");
        }
    }
}
