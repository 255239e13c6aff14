package io.throughline.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Held against Jackson's generator, which wrote the same before. */
class JsonBytesTest {

    private static final String SPECIAL = "\"\\/\b\t\n\f\r\u0000\u0001\u001f\u007f\u0080\u07ff\u0800\u2028\uffff\ud83d\ude00";

    @Test
    void anyText_isWrittenAsJacksonWritesIt() throws IOException {
        var random = new SplittableRandom(11);
        for (int run = 0; run < 50_000; run++) {
            String name = text(random, 5);
            String value = text(random, random.nextInt(50) == 0 ? 3_000 : 30);
            var json = new JsonBytes();
            json.anyName(name);
            json.text(value);
            assertThat(new String(json.end(), UTF_8)).isEqualTo(jackson(name, value));
        }
    }

    @Test
    void anyWholeNumber_isWrittenAsJavaWritesIt() {
        var random = new SplittableRandom(12);
        for (int run = 0; run < 100_000; run++) {
            long number = random.nextLong() >> random.nextInt(64);
            assertThat(written(number)).isEqualTo(Long.toString(number));
        }
        assertThat(written(Long.MIN_VALUE)).isEqualTo(Long.toString(Long.MIN_VALUE));
    }

    @Test
    void anyNumber_isReadBackAsTheSame() {
        var random = new SplittableRandom(13);
        double[] units = {1, 1e-1, 1e-3, 1e-6, 1e-7, 1e-9};
        for (int run = 0; run < 200_000; run++) {
            double drawn = random.nextInt(4) == 0
                    ? Math.abs(Double.longBitsToDouble(random.nextLong()))
                    : random.nextLong(20_000_000) * units[random.nextInt(units.length)];
            double number = Double.isFinite(drawn) ? drawn : 0;
            String text = written(number);
            assertThat(Double.parseDouble(text)).isEqualTo(number);
            // Releases before 19 sometimes write a digit too many.
            assertThat(new BigDecimal(text).stripTrailingZeros().precision())
                    .isLessThanOrEqualTo(new BigDecimal(Double.toString(number)).stripTrailingZeros().precision());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 1.42, 0.001, 0.0009, 0.1 + 0.2, 9_999_999.5, 1e7, 3.2e9, 100, 0.000001, 4.9e-324})
    void number_isWrittenAsJavaWritesIt(double number) {
        assertThat(written(number)).isEqualTo(Double.toString(number));
    }

    private static String written(long number) {
        var json = new JsonBytes();
        json.name(JsonBytes.name("n"));
        json.number(number);
        return value(json);
    }

    private static String written(double number) {
        var json = new JsonBytes();
        json.name(JsonBytes.name("n"));
        json.number(number);
        return value(json);
    }

    private static String value(JsonBytes json) {
        String whole = new String(json.end(), UTF_8);
        return whole.substring("{\"n\":".length(), whole.length() - 1);
    }

    private static String text(SplittableRandom random, int most) {
        var text = new StringBuilder();
        for (int left = random.nextInt(most); left > 0; left--) {
            text.append(random.nextInt(6) == 0
                    ? SPECIAL.charAt(random.nextInt(SPECIAL.length()))
                    : (char) random.nextInt(' ', '~'));
        }
        return text.toString();
    }

    private static String jackson(String name, String value) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = new JsonFactory().createGenerator(bytes)) {
            out.writeStartObject();
            out.writeFieldName(name);
            out.writeString(value);
            out.writeEndObject();
        }
        return bytes.toString(UTF_8);
    }
}
