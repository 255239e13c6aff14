package io.throughline.event;

import static io.throughline.event.DeadLetterReason.EMPTY_VALUE;
import static io.throughline.event.DeadLetterReason.INVALID_VALUE;
import static io.throughline.event.DeadLetterReason.MISSING_FIELD;
import static io.throughline.event.DeadLetterReason.MISSING_TRACE_ID;
import static io.throughline.event.DeadLetterReason.NOT_AN_OBJECT;
import static io.throughline.event.DeadLetterReason.NOT_JSON;
import static io.throughline.event.DeadLetterReason.UNKNOWN_EVENT_TYPE;
import static io.throughline.event.DeadLetterReason.WRONG_TYPE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.throughline.trace.TraceContext;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class CodecRefusalTest {

    private static final TraceContext TRACE = TraceContext.of("t1");
    private static final String VALID = "{'event_id':'e1','event_type':'llm.completed',"
            + "'timestamp':'2026-01-28T15:30:00Z','service':'writer','model':'m','status':'success',"
            + "'latency_seconds':1.5,'prompt_tokens':10,'completion_tokens':4,'cached_tokens':3,'cost_usd':0.5}";

    static Stream<Arguments> brokenEvents() {
        return Stream.of(
                Arguments.of("'e1'", "null", MISSING_FIELD, "event_id is required"),
                Arguments.of("'event_id':'e1',", "", MISSING_FIELD, "event_id is required"),
                Arguments.of("'event_type':'llm.completed',", "", MISSING_FIELD, "event_type is required"),
                Arguments.of("'service':'writer',", "", MISSING_FIELD, "service is required"),
                Arguments.of("'model':'m',", "", MISSING_FIELD, "model is required"),
                Arguments.of("'latency_seconds':1.5,", "", MISSING_FIELD, "latency_seconds is required"),
                Arguments.of("'e1'", "17", WRONG_TYPE, "event_id must be a string, got 17"),
                Arguments.of("'m'", "['m']", WRONG_TYPE, "model must be a string, got [\"m\"]"),
                Arguments.of("10", "'10'", WRONG_TYPE, "prompt_tokens must be a number, got \"10\""),
                Arguments.of("1.5", "true", WRONG_TYPE, "latency_seconds must be a number, got true"),
                Arguments.of("0.5", "'0.5'", WRONG_TYPE, "cost_usd must be a number, got \"0.5\""),
                Arguments.of("'e1'", "' '", INVALID_VALUE, "event_id must not be empty"),
                Arguments.of("'success'", "'SUCCESS'", INVALID_VALUE,
                        "status must be one of [success, error, timeout, rate_limited], got \"SUCCESS\""),
                Arguments.of("1.5", "-0.1", INVALID_VALUE, "latency_seconds must be seconds from 0 to 3.2e9, got -0.1"),
                Arguments.of("1.5", "1e999999", INVALID_VALUE, "latency_seconds must be seconds from 0 to 3.2e9, got "
                        + "Infinity"),
                Arguments.of("10", "-1", INVALID_VALUE, "prompt_tokens must be a whole number from 0 to 1000000000, "
                        + "got -1"),
                Arguments.of("10", "10.5", INVALID_VALUE, "prompt_tokens must be a whole number, got 10.5"),
                Arguments.of("10", "1000000001", INVALID_VALUE, "prompt_tokens must be a whole number from 0 to "
                        + "1000000000, got 1000000001"),
                Arguments.of("10", "1e999999", INVALID_VALUE, "prompt_tokens is too large: 1E+999999"),
                Arguments.of("10", "1e2147483647", INVALID_VALUE, "prompt_tokens is too large: 1E+2147483647"),
                Arguments.of("10", "1e-2147483647", INVALID_VALUE, "prompt_tokens must be a whole number, got "
                        + "1E-2147483647"),
                Arguments.of("_tokens':3", "_tokens':11", INVALID_VALUE,
                        "cached_tokens is part of prompt_tokens (10), got 11"),
                Arguments.of("0.5", "-0.01", INVALID_VALUE, "cost_usd must be US dollars from 0 to 1000000000, got "
                        + "-0.01"),
                Arguments.of("0.5", "1e999999", INVALID_VALUE, "cost_usd must be US dollars from 0 to 1000000000, got "
                        + "1E+999999"),
                Arguments.of("0.5", "1e-2147483647", INVALID_VALUE, "cost_usd must have at most 64 decimals, got "
                        + "1E-2147483647"),
                Arguments.of("llm.completed", "llm.finished", UNKNOWN_EVENT_TYPE,
                        "event_type \"llm.finished\" is not known"));
    }

    @ParameterizedTest
    @MethodSource("brokenEvents")
    void brokenField_isNamedWithItsValue(String valid, String broken, DeadLetterReason reason, String detail) {
        assertThat(VALID).contains(valid);
        InvalidRecordException refusal = refusal(bytes(VALID.replace(valid, broken)));
        assertThat(refusal).hasMessage(detail);
        assertThat(refusal.reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-01-28", "2026-01-28T15:30:00", "2026-02-30T15:30:00Z",
            "2026-01-28T15:30:00.1234567890Z", "2026-01-28 15:30:00Z", "2026-01-28T25:30:00Z", "1769614200",
            "+10000-01-01T00:00:00Z", "+999999999-01-01T00:00:00Z", "-0001-01-01T00:00:00Z"})
    void malformedTimestamp_isRefused(String timestamp) {
        InvalidRecordException refusal = refusal(bytes(VALID.replace("2026-01-28T15:30:00Z", timestamp)));
        assertThat(refusal.reason()).isEqualTo(INVALID_VALUE);
        assertThat(refusal).hasMessageStartingWith("timestamp must be");
    }

    @ParameterizedTest
    @CsvSource({"4294967496,status_code is too large: 4294967496", "99,'status_code must be from 100 to 599, got 99'",
            "600,'status_code must be from 100 to 599, got 600'"})
    void statusCode_isNotWrappedAround(String statusCode, String detail) {
        assertThat(refusal(bytes("{'event_id':'e','event_type':'request.completed','timestamp':'2026-01-28T15:30:00Z',"
                + "'service':'s','method':'GET','route':'/','duration_seconds':1,'status_code':" + statusCode + '}')))
                .hasMessage(detail);
    }

    @Test
    void missingTrace_isRefused() {
        assertThatExceptionOfType(InvalidRecordException.class)
                .isThrownBy(() -> Codec.decodeEvent(bytes(VALID), null))
                .withMessage("no header trace_id, no valid traceparent and no field trace_id")
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(MISSING_TRACE_ID));
    }

    @Test
    void noValue_isRefused() {
        assertThat(refusal(null).reason()).isEqualTo(EMPTY_VALUE);
        assertThat(refusal(new byte[0]).reason()).isEqualTo(EMPTY_VALUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{}]", "17", "1e999999", "'text'", "true", "null"})
    void jsonThatIsNoObject_isRefused(String json) {
        assertThat(refusal(bytes(json)).reason()).isEqualTo(NOT_AN_OBJECT);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n\t ", "{", "}", "{'a'", "{'a':}", "{'a':1,}", "{a:1}", "{} {}", "{}x", "{}]",
            "{'a':NaN}", "{'a':Infinity}", "{'a':-Infinity}", "{'a':01}", "{'a':+1}", "{'a':.5}", "{'a':1.}",
            "{'a':0x1}",
            "{'a':1e2147483649}", "{'a':1e-99999999999}", "{'a':1,'a':2}", "{'a':{'b':1,'b':1}}", "{'a':'\n'}",
            "{'a':'\\x'}", "{'a':'\\u12'}", "/**/{}", "{'a':undefined}", "nul", "{'a':1\u00a0}"})
    void malformedJson_isRefused(String json) {
        InvalidRecordException refusal = refusal(bytes(json));
        assertThat(refusal.reason()).isEqualTo(NOT_JSON);
        assertThat(refusal.getMessage()).isNotBlank().doesNotContain("\n").hasSizeLessThan(200);
    }

    @Test
    void malformedJson_isRefusedWithItsPlace() {
        assertThat(refusal(bytes("{'event_id':'e1' 'service':1}")).getMessage()).endsWith("(at byte 17)");
    }

    @Test
    void singleQuotes_areNotJson() {
        assertThat(refusal("{'event_id':'e1'}".getBytes(UTF_8)).reason()).isEqualTo(NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ff", "c0af", "c080", "e28228", "eda080", "f4908080", "80", "e282", "f09f98"})
    void invalidUtf8_isRefused(String hex) {
        String invalid = new String(HexFormat.of().parseHex(hex), ISO_8859_1);
        byte[] value = VALID.replace('\'', '"').replace("\"m\"", '"' + invalid + '"')
                .getBytes(ISO_8859_1);
        InvalidRecordException refusal = refusal(value);
        assertThat(refusal.reason()).isEqualTo(NOT_JSON);
        assertThat(refusal).hasMessageMatching("the value is not UTF-8 from byte \\d+ on");
    }

    @Test
    void otherUnicodeForms_areRefused() {
        String json = VALID.replace('\'', '"');
        assertThat(Stream.of(json.getBytes(UTF_16), json.getBytes(UTF_16LE), json.getBytes(UTF_16BE)))
                .allSatisfy(value -> assertThat(refusal(value).reason()).isEqualTo(NOT_JSON));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "{\u0000}", "{'a':'\u0000'}", "{}\u0000"})
    void byteZero_isRefused(String json) {
        assertThat(refusal(bytes(json)).reason()).isEqualTo(NOT_JSON);
    }

    static Stream<Arguments> hugeValues() {
        return Map.of("nested arrays", "[".repeat(100_000), "nested objects", "{'a':".repeat(100_000),
                "nested in a field", "{'event_id':" + "[".repeat(100_000) + "]".repeat(100_000) + '}', "a long text",
                VALID.replace("'m'", '\'' + "x".repeat(5_000_000) + '\''), "a long unclosed text",
                "{'a':'" + "x".repeat(5_000_000), "a long name", "{'" + "x".repeat(5_000_000) + "':1}",
                "a long number", "{'a':" + "9".repeat(5_000_000) + '}', "many digits",
                "{'a':0." + "1".repeat(220) + '}',
                "a long array", '[' + "0,".repeat(1_000_000) + "0]").entrySet().stream()
                .map(value -> Arguments.of(value.getKey(), value.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hugeValues")
    void hugeValue_isRefusedSoon(String name, String json) {
        byte[] value = bytes(json);
        long start = System.nanoTime();
        InvalidRecordException refusal = refusal(value);
        assertThat(refusal.reason()).isIn(NOT_JSON, NOT_AN_OBJECT);
        assertThat(refusal.getMessage()).hasSizeLessThan(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x"}) // so that the cut falls before and within a surrogate pair
    void foreignText_isShownShortAndOnOneLine(String shift) {
        String type = "evil\\r\\nX-Header: 1 " + shift + "😀".repeat(200);
        String detail = String.valueOf(refusal(bytes(VALID.replace("llm.completed", type))).getMessage());
        assertThat(detail).startsWith("event_type \"evil  X-Header: 1 ").hasSizeLessThan(160).doesNotContain("\r",
                "\n");
        assertThat(new String(detail.getBytes(UTF_8), UTF_8)).as("no half of a character").isEqualTo(detail);
    }

    private static InvalidRecordException refusal(byte @Nullable [] value) {
        var refusal = catchThrowableOfType(InvalidRecordException.class, () -> Codec.decodeEvent(value, TRACE));
        assertThat(refusal).as("a refusal").isNotNull();
        return refusal;
    }

    private static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(UTF_8);
    }
}
