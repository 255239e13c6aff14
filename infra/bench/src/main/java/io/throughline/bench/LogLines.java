package io.throughline.bench;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Structured log lines of many requests at once, always the same for a seed: 500 lines a second, about 20 a trace. */
final class LogLines {

    private static final List<String> SERVICES = List.of("gateway", "api", "script-writer", "video-renderer", "voice",
            "billing", "auth", "queue-worker");
    private static final List<String> MESSAGES = List.of("request accepted for user %s", "calling model with %d tokens",
            "model answered after %d ms", "cache miss for template %d", "rendering scene %d", "uploaded segment %d",
            "job finished after %d ms", "retrying connection to replica %d", "queue depth is %d, waiting for a worker",
            "token budget of user %s is used up");
    private static final Instant BEGIN = Instant.parse("2026-01-28T00:00:00Z");
    private static final int AT_ONCE = 300;
    private static final int LINES_A_TRACE = 20;
    private static final int FURTHER_FIELDS = 60;

    private final Random random;
    private final List<Request> open = new ArrayList<>();
    private long count;

    LogLines(long seed) {
        this.random = new Random(seed);
    }

    /**
     * One line.
     *
     * @param traceId its trace
     * @param text message and stack trace
     * @param json the whole
     */
    record Line(String traceId, String text, String json) {}

    Line next() {
        if (open.size() < AT_ONCE) {
            open.add(request());
        } else if (random.nextInt(LINES_A_TRACE) == 0) {
            open.set(random.nextInt(AT_ONCE), request());
        }
        return line(open.get(random.nextInt(open.size())));
    }

    private Line line(Request request) {
        String service = SERVICES.get(random.nextInt(SERVICES.size()));
        int luck = random.nextInt(100);
        String level = luck < 20 ? "DEBUG" : luck < 93 ? "INFO" : luck < 97 ? "WARNING" : "ERROR";
        String template = MESSAGES.get(random.nextInt(MESSAGES.size()));
        String message = template.contains("%s")
                ? String.format(Locale.ROOT, template, request.user)
                : String.format(Locale.ROOT, template, random.nextInt(5_000));
        String trace = level.equals("ERROR")
                ? "java.net.SocketTimeoutException: Read timed out\\n\\tat io.shop.Client.call(Client.java:"
                        + random.nextInt(400) + ")"
                : "";
        var json = new StringBuilder(400).append("{\"timestamp\":\"").append(BEGIN.plusMillis(2 * count++)).append(
                "\",\"level\":\"").append(level).append("\",\"logger\":\"io.shop.").append(service).append(
                        ".Worker\",\"message\":\"")
                .append(message).append("\",\"trace_id\":\"").append(request.trace)
                .append("\",\"request_id\":\"").append(request.id).append("\",\"user_id\":\"").append(request.user)
                .append("\",\"service\":\"").append(service).append("\",\"duration_ms\":")
                .append(random.nextInt(30_000))
                .append(",\"field_").append(random.nextInt(FURTHER_FIELDS)).append("\":\"value ").append(random
                        .nextInt(1_000))
                .append('"');
        if (!trace.isEmpty()) {
            json.append(",\"status_code\":503,\"error_code\":\"E").append(random.nextInt(30)).append(
                    "\",\"stack_trace\":\"").append(trace).append('"');
        }
        return new Line(request.trace, message + ' ' + trace, json.append('}').toString());
    }

    private Request request() {
        byte[] trace = new byte[16];
        random.nextBytes(trace);
        return new Request(HexFormat.of().formatHex(trace), "req_" + Integer.toHexString(random.nextInt()), "user_"
                + random.nextInt(50_000));
    }

    private record Request(String trace, String id, String user) {}
}
