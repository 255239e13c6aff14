package io.throughline.aggregate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A dated price table for language models, in US dollars per million tokens.
 *
 * <p>A call is priced by the row of its model with the newest {@code valid_from} that is not after the event time; a
 * call that no row fits has no price, which is not the same as costing nothing. 1,000 prompt tokens at 2.50 dollars per
 * million are 2,500,000 nano-dollars. Immutable.
 */
public final class Prices {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
    private static final long PICOS_PER_NANO = 1_000;
    private static final BigDecimal MOST_PICOS = BigDecimal.valueOf(1_000_000_000L);

    private final Map<String, TreeMap<Instant, Price>> byModel = new HashMap<>();

    /** One row of the table as it stands in the file. */
    private record Row(String model, Instant validFrom, Price price) {

        static Row of(@Nullable Map<String, @Nullable Object> fields) {
            if (fields == null) {
                throw new IllegalArgumentException("must be an object, got null");
            }
            return new Row(text(fields, "model"), validFrom(fields), new Price(picosPerToken(fields, "prompt"),
                    picosPerToken(fields, "cached"), picosPerToken(fields, "completion")));
        }

        private static String text(Map<String, @Nullable Object> fields, String name) {
            Object value = fields.get(name);
            if (value == null) {
                throw new IllegalArgumentException(name + " is missing in " + fields);
            }
            return value.toString();
        }

        private static Instant validFrom(Map<String, @Nullable Object> fields) {
            String text = text(fields, "valid_from");
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(
                        "valid_from must be a time such as 2026-01-28T00:00:00Z, got \"" + text + "\" in " + fields, e);
            }
        }

        /** A dollar per million tokens is a million pico-dollars per token. */
        private static long picosPerToken(Map<String, @Nullable Object> fields, String name) {
            String text = text(fields, name);
            try {
                BigDecimal picos = new BigDecimal(text).movePointRight(6);
                if (picos.signum() >= 0 && picos.compareTo(MOST_PICOS) <= 0) {
                    return picos.longValueExact();
                }
            } catch (ArithmeticException | NumberFormatException e) {
                // told below, like a number out of range
            }
            throw new IllegalArgumentException(
                    name + " must be a number from 0 to 1000, dollars per million tokens, with"
                            + " at most 6 decimals, got " + text + " in " + fields);
        }
    }

    private record Price(long promptPicos, long cachedPicos, long completionPicos) {}

    private Prices(List<Row> rows) {
        for (Row row : rows) {
            byModel.computeIfAbsent(row.model(), model -> new TreeMap<>()).put(row.validFrom(), row.price());
        }
    }

    /** The table that comes with the project. */
    public static Prices bundled() {
        try (InputStream in = Objects.requireNonNull(Prices.class.getResourceAsStream("prices.json"), "prices.json")) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("the bundled price table cannot be read", e);
        }
    }

    /**
     * A table from a file of the same form as the bundled one.
     *
     * @throws IllegalArgumentException with one line that names the file, and the row and the field where one is wrong
     */
    public static Prices read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the price table " + file + " is not a JSON array of objects: "
                    + oneLine(e), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("the price table " + file + " cannot be read: " + e, e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the price table " + file + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static String oneLine(JsonProcessingException e) {
        var where = e.getLocation();
        return e.getOriginalMessage().lines().findFirst().orElse("")
                + (where == null ? "" : " (line " + where.getLineNr() + ')');
    }

    static Prices parse(String json) throws JsonProcessingException {
        @Nullable
        List<@Nullable Map<String, @Nullable Object>> maps = JSON.readValue(json, new TypeReference<>() {
        });
        if (maps == null) {
            throw new IllegalArgumentException("it must be an array of rows, got null");
        }
        List<Row> rows = new ArrayList<>();
        for (Map<String, @Nullable Object> fields : maps) {
            try {
                rows.add(Row.of(fields));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("row " + (rows.size() + 1) + ": " + e.getMessage(), e);
            }
        }
        return new Prices(rows);
    }

    /**
     * The price of a call in nano-dollars, rounded to the nearest; empty when it is not known.
     *
     * @param promptTokens tokens sent, without those that were cached
     */
    public OptionalLong costNanoUsd(String model, Instant at, long promptTokens, long cachedTokens,
            long completionTokens) {
        var table = byModel.get(model);
        var row = table == null ? null : table.floorEntry(at);
        if (row == null) {
            return OptionalLong.empty();
        }
        Price price = row.getValue();
        long picos = promptTokens * price.promptPicos() + cachedTokens * price.cachedPicos()
                + completionTokens * price.completionPicos();
        return OptionalLong.of((picos + PICOS_PER_NANO / 2) / PICOS_PER_NANO);
    }
}
