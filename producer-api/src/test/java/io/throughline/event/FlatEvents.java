package io.throughline.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Writes events by hand, so that their texts and numbers have every form that JSON allows, and some that it does not. */
final class FlatEvents {

    private static final String IDS = "trace_id:t? request_id:t? user_id:t? job_id:t? batch_id:t? x:x? yy:x? size:x?";
    private static final String[] ODD = {"null", "true", "false", "{}", "[1,{\"a\":2}]", "1", "-1", "-0.0", "\"\"",
            "\" \"", "\"a\"", "\"\\u0061\"", "\"é\"", "1e400", "1e99999999999", "01", "1.", ".5", "+1", "1e", "tru",
            "nulls", "NaN", "\"a\tb\"", "\"\u007f\"", "''", "0x1", "1 2", "\"a\"\"b\""};
    private static final String[] NUMBERS = {"0", "-0", "0.0", "-0.0", "1", "1.0", "1e2", "1E+2", "1e-7", "1E-07",
            "100e-2", "0e0", "0e99", "0e100", "1e22", "1e23", "3.2e9", "3.2000000001e9", "9007199254740991",
            "9007199254740992e-9", "9007199254740993e-7", "9007199254740993", "900719925474099.3", "0.1", "1.10",
            "0.10000000000000001", "1.4200000762939453", "0.30000000000000004", "999999999999999999",
            "99999999.9999999999", "9999999999999999999e-12", "1000000000", "1000000001", "5e-324", "4.9E-324",
            "2.2250738585072011e-308", "1.7976931348623157e308", "0.00000000000000000000000000000000000000000001",
            "0.000000000000000000000000000000000000001", "1e-64", "1e-65", "123456789012345678e-40", "00", "1.e1",
            "179.76931348623157E000", "1.00000000000000000", "1.000000000000000000"};
    private static final String[] TEXTS = {"a", "gpt-4o", "GET", "/v1/jobs/{id}", "018f7a3e-1111-7000-8000-00000000000",
            "", " ", "tab\\tbed", "q\\\"", "\\u00e9", "é", "中文", "x".repeat(64), "y".repeat(65), "\u007f", "a\u0000b",
            "1234567", "12345678", "123456789", "\\", "/", "\\/", "\u001f", "\u0080", "a  b"};

    private static final String[] SPACES = {"\n", "\t", "  \r\n", "\u000b", "\ufeff"};
    private static final String[] ZONES = {"+00:00", "-00:00", "+01:30", "z", "", "+00:00:00", "+18:00", "-00:01",
            "+0000", "+00", "[UTC]"};
    private static final String[] JOB_STATUSES = {"success", "failed", "cancelled"};
    private static final String[] LLM_STATUSES = {"success", "error", "timeout", "rate_limited"};

    private final Random random;

    FlatEvents(Random random) {
        this.random = random;
    }

    byte[] next(EventType type) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("event_id", text());
        members.put("event_type", '"' + type.wireName() + '"');
        members.put("timestamp", '"' + time() + '"');
        members.put("service", text());
        addAll(members, fields(type));
        addAll(members, IDS);
        List<String> written = members.entrySet().stream().map(this::written).collect(Collectors.toList());
        if (one(8)) {
            Collections.shuffle(written, random);
        }
        if (one(40)) {
            written.add(written.get(random.nextInt(written.size())));
        }
        return (space() + '{' + String.join(",", written) + '}' + space()).getBytes(UTF_8);
    }

    /** Each field with its kind, the optional ones with a question mark. */
    private static String fields(EventType type) {
        return switch (type) {
            case JOB_CREATED, JOB_STARTED -> "job_id:t job_type:t";
            case JOB_COMPLETED -> "job_id:t job_type:t status:j duration_seconds:n? error_code:t?";
            case BATCH_CREATED -> "batch_id:t size:c?";
            case BATCH_COMPLETED -> "batch_id:t status:j processing_seconds:n?";
            case LLM_COMPLETED -> "model:t status:l latency_seconds:n prompt_tokens:c completion_tokens:c "
                    + "provider:t? time_to_first_token_seconds:n? cost_usd:n? error_code:t?";
            case CACHE_HIT -> "cache:t saved_usd:n? saved_tokens:c?";
            case CACHE_MISS -> "cache:t";
            case CACHE_SIZE -> "cache:t entries:c instance:t?";
            case REQUEST_COMPLETED -> "method:t route:t status_code:h duration_seconds:n";
            case DATABASE_ERROR -> "database:t operation:t error_code:t?";
            case SERVICE_HEARTBEAT -> "instance:t";
        };
    }

    private void addAll(Map<String, String> members, String fields) {
        for (String field : fields.split(" ", -1)) {
            int colon = field.indexOf(':');
            boolean left = field.endsWith("?") ? random.nextBoolean() : one(300);
            if (!left) {
                members.putIfAbsent(field.substring(0, colon), one(300) ? odd() : value(field.charAt(colon + 1)));
            }
        }
    }

    private String value(char kind) {
        return switch (kind) {
            case 't' -> text();
            case 'j' -> '"' + one(JOB_STATUSES) + '"';
            case 'l' -> '"' + one(LLM_STATUSES) + '"';
            case 'n' -> number();
            case 'c' -> one(20) ? number() : String.valueOf(random.nextInt(1, 1 << random.nextInt(1, 31)));
            case 'h' -> String.valueOf(random.nextInt(99, 601));
            case 'x' -> one(40) ? odd() : one(2) ? text() : number();
            default -> throw new IllegalArgumentException("no kind " + kind);
        };
    }

    private String written(Map.Entry<String, String> member) {
        return space() + '"' + member.getKey() + '"' + space() + ':' + space() + member.getValue() + space();
    }

    private String space() {
        return one(12) ? " " : one(1000) ? one(SPACES) : "";
    }

    private String odd() {
        return one(ODD);
    }

    private String text() {
        return '"' + (one(100) ? one(TEXTS) : "id-" + random.nextInt(1, 2000)) + '"';
    }

    private String number() {
        return switch (random.nextInt(5)) {
            case 0 -> one(4) ? one(NUMBERS) : "0.5";
            case 1 -> Double.toString(random.nextDouble() * Math.pow(10, random.nextInt(-12, 10)));
            case 2 -> digits(1) + '.' + digits(random.nextInt(1, 19));
            case 3 -> digits(random.nextInt(1, 10)) + '.' + digits(random.nextInt(1, 10));
            default -> digits(random.nextInt(1, 4)) + 'e' + random.nextInt(-30, 9);
        };
    }

    private String digits(int count) {
        var digits = new StringBuilder(String.valueOf(random.nextInt(1, 10)));
        while (digits.length() < count) {
            digits.append(random.nextInt(10));
        }
        return digits.toString();
    }

    private String time() {
        String fraction = one(3) ? "" : '.' + digits(random.nextInt(1, one(40) ? 12 : 10));
        return two(one(20) ? random.nextInt(100) : 20) + two(random.nextInt(100)) + '-' + two(below(13, 14)) + '-'
                + two(below(one(20) ? 32 : 29, 40)) + (one(200) ? 't' : 'T') + two(below(24, 26)) + ':'
                + two(below(60, 62)) + ':' + two(below(60, 62)) + (one(200) ? "." : fraction) + zone();
    }

    private int below(int end, int seldomEnd) {
        return random.nextInt(one(200) ? seldomEnd : end);
    }

    private static String two(int number) {
        return number < 10 ? "0" + number : String.valueOf(number);
    }

    private String zone() {
        return one(10) ? one(ZONES) : "Z";
    }

    private String one(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    /** One time in so many. */
    private boolean one(int in) {
        return random.nextInt(in) == 0;
    }
}
