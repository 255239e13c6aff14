package io.throughline.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.throughline.trace.TraceContext;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read in one pass must be what the decoder reads. More cases: {@code -Dthroughline.fuzz.cases=10000000}. */
class PlainLogTest {

    private static final int CASES = Integer.getInteger("throughline.fuzz.cases", 60_000);
    private static final long SEED = Long.getLong("throughline.fuzz.seed", 1);
    private static final @Nullable TraceContext[] HEADERS = {null, TraceContext.of("t"),
            TraceContext.of("t").withJobId("j").withUserId("u"), new TraceContext("t", "r", "u", "j", "b")};
    private static final List<String> MEMBERS = List.of("\"logger\":\"app.Db\"", "\"service\":\"api\"",
            "\"service\":null", "\"request_id\":\"r\"", "\"user_id\":\"u\"", "\"user_id\":\" \"", "\"job_id\":\"j\"",
            "\"batch_id\":\"b\"", "\"batch_id\":7", "\"duration_ms\":12.50", "\"duration_ms\":-1",
            "\"duration_ms\":3.3e12", "\"status_code\":503", "\"status_code\":503.5", "\"error_code\":\"E1\"",
            "\"stack_trace\":\"at x\"", "\"further\":1.10", "\"further\":\"\u00e9\"", "\"further\":{\"a\":[1]}",
            "\"model\":\"m\"", "\"flag\":true", "\"message\":\"twice\"");
    private static final List<String> TIMES = List.of("2026-01-28T15:30:00Z", "2026-01-28T15:30:00.000000001Z",
            "2026-01-28T15:30:00.125+00:00", "2026-02-29T00:00:00Z", "2026-01-28T16:30:00+01:00");
    private static final List<String> LEVELS = List.of("INFO", "DEBUG", "ERROR", "CRITICAL", "info", "WARN", "LOUD");

    private final Random random = new Random(SEED);
    private final Mutations mutations = new Mutations(random);

    @Test
    void line_isReadAsTheDecoderReadsIt() {
        int plain = 0;
        for (int round = 0; round < CASES; round++) {
            byte[] value = line();
            TraceContext headers = HEADERS[random.nextInt(HEADERS.length)];
            PlainLog read = PlainLog.read(value, headers);
            if (read != null && !read.equals(decoded(value, headers))) {
                fail("round %d with %s: %s%ndecoded: %s%nread: %s", round, headers, new String(value, UTF_8),
                        decoded(value, headers), read);
            }
            plain += read == null ? 0 : 1;
        }
        assertThat(plain).as("plain ones of %d", CASES).isGreaterThan(CASES / 50);
    }

    /** What was written from it would tell the same: nothing has to be filled in. */
    @Test
    void line_tellsItself() throws InvalidRecordException {
        for (int round = 0; round < CASES / 10; round++) {
            byte[] value = line();
            PlainLog read = PlainLog.read(value, HEADERS[random.nextInt(HEADERS.length)]);
            if (read != null) {
                assertThat(decoded(value, null)).as(new String(value, UTF_8)).isEqualTo(read);
                assertThat(new String(value, UTF_8)).startsWith("{").endsWith("}").doesNotContain("\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\",\"message\":\"m\",\"trace_id\":\"t\"}",
            "{\"trace_id\":\"t\",\"message\":\"\",\"level\":\"ERROR\",\"timestamp\":\"2026-01-28T15:30:00Z\",\"x\":1}"})
    void line_ofTheContract_isPlain(String json) {
        assertThat(PlainLog.read(json.getBytes(UTF_8), TraceContext.of("t"))).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\",\"message\":\"m\"}",
            "{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\",\"message\":\"m\",\"trace_id\":\"other\"}",
            "{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"warn\",\"message\":\"m\",\"trace_id\":\"t\"}",
            "{\"timestamp\":\"2026-01-28T15:30:00+00:00\",\"level\":\"INFO\",\"message\":\"m\",\"trace_id\":\"t\"}",
            "{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\",\n\"message\":\"m\",\"trace_id\":\"t\"}",
            "{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\",\"message\":\"m\",\"trace_id\":\"t\"} "})
    void line_thatHasToBeWrittenOtherwise_isNot(String json) {
        assertThat(PlainLog.read(json.getBytes(UTF_8), TraceContext.of("t"))).isNull();
    }

    private byte[] line() {
        var json = new StringBuilder("{\"timestamp\":\"").append(TIMES.get(random.nextInt(TIMES.size())))
                .append("\",\"level\":\"").append(LEVELS.get(random.nextInt(LEVELS.size())))
                .append("\",\"message\":\"m ").append(random.nextInt()).append("\",\"trace_id\":\"t\"");
        for (int i = random.nextInt(5); i > 0; i--) {
            json.append(',').append(MEMBERS.get(random.nextInt(MEMBERS.size())));
        }
        byte[] line = json.append('}').toString().getBytes(UTF_8);
        return random.nextInt(3) == 0 ? mutations.of(line) : line;
    }

    private static @Nullable PlainLog decoded(byte[] value, @Nullable TraceContext headers) {
        try {
            LogRecord log = Codec.decodeLog(value, headers).value();
            return new PlainLog(log.timestamp(), log.level(), log.logger(), log.message(), log.context(),
                    log.service(), log.statusCode(), log.errorCode(), log.stackTrace());
        } catch (InvalidRecordException e) {
            return null;
        }
    }
}
