package io.throughline.local.exact;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/** The price table as data: US dollars per million tokens, by model and date. */
final class PriceList {

    private final JsonNode rows;

    private PriceList(JsonNode rows) {
        this.rows = rows;
    }

    /** The table that the aggregator uses unless told otherwise. */
    static PriceList bundled() throws IOException {
        try (var in = PriceList.class.getResourceAsStream("/io/throughline/aggregate/prices.json")) {
            return new PriceList(
                    JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build()
                            .readTree(Objects.requireNonNull(in, "prices.json")));
        }
    }

    /** What a call cost; empty when no row fits. */
    Optional<BigDecimal> usd(String model, Instant at, long prompt, long cached, long completion) {
        return rows.valueStream().filter(row -> row.path("model").asText().equals(model))
                .filter(row -> !validFrom(row).isAfter(at))
                .max((one, other) -> validFrom(one).compareTo(validFrom(other)))
                .map(row -> part(row, "prompt", prompt).add(part(row, "cached", cached))
                        .add(part(row, "completion", completion)).movePointLeft(6));
    }

    private static BigDecimal part(JsonNode row, String name, long tokens) {
        return row.path(name).decimalValue().multiply(BigDecimal.valueOf(tokens));
    }

    private static Instant validFrom(JsonNode row) {
        return Instant.parse(row.path("valid_from").asText());
    }
}
