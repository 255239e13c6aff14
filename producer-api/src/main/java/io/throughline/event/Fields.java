package io.throughline.event;

import static io.throughline.event.DeadLetterReason.INVALID_VALUE;
import static io.throughline.event.DeadLetterReason.MISSING_FIELD;
import static io.throughline.event.DeadLetterReason.WRONG_TYPE;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one JSON object; every refusal names the field and what stood there. */
final class Fields {

    private static final int SHOWN_LENGTH = 120;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final ObjectNode object;

    Fields(ObjectNode object) {
        this.object = object;
    }

    String text(String field) throws InvalidRecordException {
        return required(field, optionalText(field));
    }

    @Nullable
    String optionalText(String field) throws InvalidRecordException {
        JsonNode node = present(field);
        if (node == null) {
            return null;
        }
        if (!node.isTextual()) {
            throw wrongType(field, "a string", node);
        }
        return node.textValue();
    }

    Instant timestamp(String field) throws InvalidRecordException {
        String text = text(field);
        try {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw new InvalidRecordException(INVALID_VALUE,
                    field + " must be an RFC 3339 time such as 2026-01-28T15:30:00Z, got \"" + shorten(text) + '"');
        }
    }

    BigDecimal decimal(String field) throws InvalidRecordException {
        return required(field, optionalDecimal(field));
    }

    @Nullable
    BigDecimal optionalDecimal(String field) throws InvalidRecordException {
        JsonNode node = present(field);
        if (node == null) {
            return null;
        }
        if (!node.isNumber()) {
            throw wrongType(field, "a number", node);
        }
        return node.decimalValue();
    }

    double number(String field) throws InvalidRecordException {
        return decimal(field).doubleValue();
    }

    @Nullable
    Double optionalNumber(String field) throws InvalidRecordException {
        BigDecimal number = optionalDecimal(field);
        return number == null ? null : Double.valueOf(number.doubleValue());
    }

    long count(String field) throws InvalidRecordException {
        return required(field, optionalCount(field));
    }

    @Nullable
    Long optionalCount(String field) throws InvalidRecordException {
        BigDecimal number = optionalDecimal(field);
        if (number == null) {
            return null;
        }
        // Asked before longValueExact, which would write 1e999999 out in full.
        if (number.signum() != 0 && (long) number.precision() - number.scale() > 19) {
            throw new InvalidRecordException(INVALID_VALUE, field + " is too large: " + number);
        }
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            throw new InvalidRecordException(INVALID_VALUE, field + " must be a whole number, got " + number);
        }
    }

    int integer(String field) throws InvalidRecordException {
        return required(field, optionalInteger(field));
    }

    @Nullable
    Integer optionalInteger(String field) throws InvalidRecordException {
        Long number = optionalCount(field);
        if (number != null && number != number.intValue()) {
            throw new InvalidRecordException(INVALID_VALUE, field + " is too large: " + number);
        }
        return number == null ? null : Integer.valueOf(number.intValue());
    }

    /** One of a closed list of values, by the name on the wire. */
    <E extends Enum<E>> E oneOf(String field, E[] values, Function<E, String> wireName) throws InvalidRecordException {
        String text = text(field);
        for (E value : values) {
            if (wireName.apply(value).equals(text)) {
                return value;
            }
        }
        throw new InvalidRecordException(INVALID_VALUE, field + " must be one of "
                + Arrays.stream(values).map(wireName).toList() + ", got \"" + shorten(text) + '"');
    }

    /** Foreign text as it may stand in a header or a log: short, on one line, and no half of a character. */
    static String shorten(String text) {
        if (text.length() <= SHOWN_LENGTH) {
            return CONTROL.matcher(text).replaceAll(" ");
        }
        int end = Character.isHighSurrogate(text.charAt(SHOWN_LENGTH - 1)) ? SHOWN_LENGTH - 1 : SHOWN_LENGTH;
        return CONTROL.matcher(text.substring(0, end)).replaceAll(" ") + "…";
    }

    private @Nullable JsonNode present(String field) {
        JsonNode node = object.get(field);
        return node == null || node.isNull() ? null : node;
    }

    private static <T> T required(String field, @Nullable T value) throws InvalidRecordException {
        if (value == null) {
            throw new InvalidRecordException(MISSING_FIELD, field + " is required");
        }
        return value;
    }

    private static InvalidRecordException wrongType(String field, String expected, JsonNode node) {
        return new InvalidRecordException(WRONG_TYPE,
                field + " must be " + expected + ", got " + shorten(node.toString()));
    }
}
