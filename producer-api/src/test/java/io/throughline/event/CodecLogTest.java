package io.throughline.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.throughline.trace.TraceContext;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CodecLogTest {

    private static final String GUIDE_EXAMPLE = "{'timestamp':'2026-01-28T15:30:00Z','level':'INFO',"
            + "'logger':'app.api.main','message':'Request processed','trace_id':'trace_abc123','request_id':'req_456',"
            + "'user_id':'user_789','job_id':'job_999','batch_id':'batch_111','duration_ms':450,'status_code':200}";
    private static final String SHORT = "{'timestamp':'2026-01-28T15:30:00Z','level':'INFO','message':'m',"
            + "'trace_id':'t1'}";
    private static final String ZEROS = "000000000000000000000000000000000000000000000000000000000000000";
    private static final Instant TIME = Instant.parse("2026-01-28T15:30:00Z");

    @Test
    void guidesExample_comesBackAsTheSameJson() throws Exception {
        assertThat(roundTrip(GUIDE_EXAMPLE)).isEqualTo(json(GUIDE_EXAMPLE));
    }

    @Test
    void everyFieldOfALogLine_isRead() throws Exception {
        String line = GUIDE_EXAMPLE.replace("}", ",'service':'api','error_code':'E1','stack_trace':'at x'}");
        assertThat(decode(line, null)).isEqualTo(new LogRecord(TIME, LogLevel.INFO, "app.api.main",
                "Request processed", new TraceContext("trace_abc123", "req_456", "user_789", "job_999", "batch_111"),
                "api", new BigDecimal("450"), 200, "E1", "at x", Map.of()));
        assertThat(roundTrip(line)).isEqualTo(json(line));
    }

    @Test
    void absentFields_stayAbsent() throws Exception {
        assertThat(roundTrip(SHORT)).isEqualTo(json(SHORT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.10", "0", "1", "-5", "12345678901234567890123", "0.1000", "null", "true", "'text'", "''",
            "[1.10,null,{'y':[]}]", "{'timestamp':'nested','trace_id':null}", "'\\uD83D'", "'é中'", "'\\uD83D\\uDE00'"})
    void furtherField_comesBackUnchanged(String value) throws Exception {
        String line = SHORT.replace("}", ",'x':" + value + '}');
        assertThat(roundTrip(line)).isEqualTo(json(line));
    }

    @Test
    void furtherFields_keepTheirOrder() throws Exception {
        String line = SHORT.replace("}", ",'z':1,'a':2,'m':3}");
        assertThat(roundTrip(line)).isEqualTo(json(line));
    }

    @ParameterizedTest
    @CsvSource({"1e5,1E+5", "0.0000001,1E-7", "1.0E-400,1.0E-400", "1e999999999,1E+999999999"})
    void exponentOfAFurtherField_keepsItsValueAndDigits(String written, String kept) throws Exception {
        assertThat(roundTrip(SHORT.replace("}", ",'x':" + written + '}')))
                .isEqualTo(json(SHORT.replace("}", ",'x':" + kept + '}')));
    }

    @ParameterizedTest
    @CsvSource({"WARN,WARNING", "FATAL,CRITICAL", "TRACE,DEBUG", "DEBUG,DEBUG", "INFO,INFO", "WARNING,WARNING",
            "ERROR,ERROR", "CRITICAL,CRITICAL", "warn,WARNING", "Info,INFO"})
    void level_isStoredUnderItsOneName(String written, String stored) throws Exception {
        assertThat(roundTrip(SHORT.replace("INFO", written))).contains("\"level\":\"" + stored + '"');
    }

    @Test
    void headerContext_winsOverTheBodys() throws Exception {
        var headers = TraceContext.of("header").withUserId("header-user");
        LogRecord log = decode(GUIDE_EXAMPLE, headers);
        assertThat(log.context())
                .isEqualTo(new TraceContext("header", "req_456", "header-user", "job_999", "batch_111"));
        assertThat(new String(Codec.encode(log), UTF_8)).contains("\"trace_id\":\"header\"")
                .doesNotContain("trace_abc123", "user_789");
    }

    @Test
    void decodedContext_isTheRecordsOwn() throws Exception {
        Decoded<LogRecord> decoded = Codec.decodeLog(bytes(SHORT), null);
        assertThat(decoded.context()).isEqualTo(decoded.value().context()).isEqualTo(TraceContext.of("t1"));
    }

    @ParameterizedTest
    @CsvSource({"{},missing_field", "[],not_an_object", "{,not_json",
            "'{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"LOUD\",\"message\":\"m\"}',invalid_value",
            "'{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\"}',missing_field",
            "'{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\",\"message\":\"m\"}',missing_trace_id",
            "'{\"timestamp\":\"2026-01-28T15:30:00Z\",\"level\":\"INFO\",\"message\":7}',wrong_type",
            "'{\"timestamp\":\"+10000-01-01T00:00:00Z\",\"level\":\"INFO\",\"message\":\"m\",\"trace_id\":\"t\"}',"
                    + "invalid_value"})
    void brokenLogLine_isRefusedWithItsReason(String line, String reason) {
        var refusal = catchThrowableOfType(InvalidRecordException.class,
                () -> Codec.decodeLog(line.getBytes(UTF_8), null));
        assertThat(refusal.reason().wireName()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e100", "-1", "3.3e12", "1e-65", "1e-999999999"})
    void durationOutOfRange_isRefused(String duration) {
        var refusal = catchThrowableOfType(InvalidRecordException.class,
                () -> decode(SHORT.replace("}", ",'duration_ms':" + duration + '}'), null));
        assertThat(refusal.reason().wireName()).isEqualTo("invalid_value");
        assertThat(refusal).hasMessageStartingWith("duration_ms must ");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "3.2e12,3200000000000", "1e-64,0." + ZEROS + "1", "4.50,4.50"})
    void durationInRange_isWrittenPlain(String duration, String written) throws Exception {
        assertThat(roundTrip(SHORT.replace("}", ",'duration_ms':" + duration + '}')))
                .isEqualTo(json(SHORT.replace("}", ",'duration_ms':" + written + '}')));
    }

    @Test
    void numberOfTooManyDigits_isRefusedHoweverDeep() {
        var refusal = catchThrowableOfType(InvalidRecordException.class,
                () -> decode(SHORT.replace("}", ",'x':[{'y':" + "7".repeat(101) + "}]}"), null));
        assertThat(refusal).hasMessage(
                "x must be of numbers with at most 100 digits, got 7.7777777777777778E+100");
    }

    /** What was stored must be readable for good. */
    @Test
    void anyLogLineThatIsRead_canBeWrittenAndReadAgain() throws Exception {
        var random = new Random(20260128);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            String name = random.nextInt(8) == 0 ? "duration_ms" : "x";
            String line = SHORT.replace("}", ",'" + name + "':" + number(random) + ",'y':[{'z':" + number(random)
                    + "}]}");
            LogRecord log;
            try {
                log = decode(line, null);
            } catch (InvalidRecordException e) {
                continue;
            }
            read++;
            byte[] written = Codec.encode(log);
            LogRecord again = Codec.decodeLog(written, null).value();
            assertThat(Codec.encode(again)).as(line).isEqualTo(written);
        }
        assertThat(read).isGreaterThan(10_000);
    }

    /** A JSON number of any shape: long and short, with and without fraction and exponent, near the limits too. */
    private static String number(Random random) {
        var number = new StringBuilder(random.nextInt(4) == 0 ? "-" : "");
        String whole = digits(random).replaceFirst("^0+(?=.)", "");
        number.append(random.nextInt(3) == 0 ? "0" : whole);
        if (random.nextBoolean()) {
            number.append('.').append("0".repeat(random.nextInt(3) * random.nextInt(50))).append(digits(random));
        }
        if (random.nextBoolean()) {
            int[] bounds = {3, 9, 70, 130, 100_000, Integer.MAX_VALUE};
            number.append(random.nextBoolean() ? 'e' : 'E').append(List.of("", "+", "-").get(random.nextInt(3)))
                    .append(random.nextInt(bounds[random.nextInt(bounds.length)]));
        }
        return number.toString();
    }

    private static String digits(Random random) {
        int[] lengths = {3, 20, 70, 101};
        int length = 1 + random.nextInt(lengths[random.nextInt(lengths.length)]);
        return random.ints(length, 0, 10).mapToObj(Integer::toString).collect(Collectors.joining());
    }

    @Test
    void statusCode_isNotWrappedAround() {
        var refusal = catchThrowableOfType(InvalidRecordException.class,
                () -> decode(SHORT.replace("}", ",'status_code':4294967496}"), null));
        assertThat(refusal).hasMessage("status_code is too large: 4294967496");
    }

    @Test
    void furtherFieldNamedLikeAnOwnOne_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> record(Map.of("message", TextNode.valueOf("again"))))
                .withMessage("message is a field of every log line and cannot be a further one");
    }

    @Test
    void ownFields_areExactlyWhatALogLineWrites() throws Exception {
        String line = GUIDE_EXAMPLE.replace("}", ",'service':'api','error_code':'E1','stack_trace':'at x'}");
        Map<String, Object> written = new LinkedHashMap<>();
        Json.object(roundTrip(line).getBytes(UTF_8)).properties().forEach(field -> written.put(field.getKey(), ""));
        assertThat(written.keySet()).isEqualTo(LogRecord.OWN_FIELDS);
    }

    @Test
    void furtherFields_areCopied() {
        Map<String, JsonNode> fields = new HashMap<>(Map.of("x", IntNode.valueOf(1)));
        LogRecord log = record(fields);
        fields.clear();
        assertThat(log.fields()).containsExactly(Map.entry("x", IntNode.valueOf(1)));
    }

    private static LogRecord record(Map<String, JsonNode> fields) {
        return new LogRecord(TIME, LogLevel.INFO, null, "m", TraceContext.of("t1"), null, null, null, null, null,
                fields);
    }

    private static String roundTrip(String line) throws InvalidRecordException {
        return new String(Codec.encode(decode(line, null)), UTF_8);
    }

    private static LogRecord decode(String line, @Nullable TraceContext headers) throws InvalidRecordException {
        return Codec.decodeLog(bytes(line), headers).value();
    }

    private static byte[] bytes(String line) {
        return json(line).getBytes(UTF_8);
    }

    private static String json(String line) {
        return line.replace('\'', '"');
    }
}
