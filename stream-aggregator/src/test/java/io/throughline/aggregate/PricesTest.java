package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PricesTest {

    private static final Instant BEFORE = Instant.parse("2024-09-30T23:59:59Z");
    private static final Instant AFTER = Instant.parse("2024-10-02T00:00:00Z");

    @Test
    void call_isPricedByTheRowInForceAtItsEventTime() {
        Prices prices = Prices.bundled();
        assertThat(prices.costNanoUsd("gpt-4o", BEFORE, 1_000_000, 0, 0)).hasValue(5_000_000_000L);
        assertThat(prices.costNanoUsd("gpt-4o", AFTER, 1_000_000, 0, 0)).hasValue(2_500_000_000L);
        assertThat(prices.costNanoUsd("gpt-4o", AFTER, 600, 400, 100))
                .hasValue(600 * 2_500 + 400 * 1_250 + 100 * 10_000);
    }

    @Test
    void unknownPrice_isNoPriceAndNotZero() {
        assertThat(Prices.bundled().costNanoUsd("house-model", AFTER, 1, 1, 1)).isEmpty();
        assertThat(Prices.bundled().costNanoUsd("gpt-4o", Instant.EPOCH, 1, 1, 1)).isEmpty();
    }

    @Test
    void largestCallAtTheLargestPrice_doesNotOverflow() throws JsonProcessingException {
        var prices = Prices.parse("[{\"model\":\"m\",\"valid_from\":\"2020-01-01T00:00:00Z\",\"prompt\":1000,"
                + "\"cached\":1000,\"completion\":1000}]");
        assertThat(prices.costNanoUsd("m", AFTER, 1_000_000_000, 0, 1_000_000_000)).hasValue(2_000_000_000_000_000L);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"not json| is not a JSON array", "null|array of rows", "[null]|row 1: must be",
            "[{}]|row 1: model is missing", "[7]| is not a JSON array",
            "[{'model':'m','valid_from':'soon','prompt':1,'cached':1,'completion':1}]|row 1: valid_from must be a time",
            "[{'model':'m','valid_from':'2020-01-01T00:00:00Z','prompt':0.0000001,'cached':1,'completion':1}]|row 1: prompt",
            "[{'model':'m','valid_from':'2020-01-01T00:00:00Z','prompt':1,'cached':'x','completion':1}]|row 1: cached",
            "[{'model':'m','valid_from':'2020-01-01T00:00:00Z','prompt':1,'cached':1,'completion':1e999999999}]|completion"})
    void wrongFile_isNamedWithRowAndField(String json, String part, @TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("prices.json"), json.replace('\'', '"'));
        assertThatIllegalArgumentException().isThrownBy(() -> Prices.read(file))
                .withMessageStartingWith("the price table " + file).withMessageContaining(part)
                .satisfies(e -> assertThat(e.getMessage()).hasLineCount(1));
    }

    @Test
    void priceThatCannotBe_isRefusedWithItsRow() {
        assertThatThrownBy(() -> Prices.parse("[{\"model\":\"m\",\"valid_from\":\"2020-01-01T00:00:00Z\",\"prompt\":-1,"
                + "\"cached\":0,\"completion\":0}]")).hasMessageContaining("prompt").hasMessageContaining("model=m");
    }
}
