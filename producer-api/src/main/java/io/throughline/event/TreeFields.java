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
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The fields of any JSON object, read through Jackson's tree: the path that decides and explains. */
final class TreeFields implements Fields {

    private static final int SHOWN_LENGTH = 120;
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final ObjectNode object;

    TreeFields(ObjectNode object) {
        this.object = object;
    }

    @Override
    public String text(Field field) throws InvalidRecordException {
        return required(field, optionalText(field));
    }

    @Override
    public @Nullable String optionalText(Field field) throws InvalidRecordException {
        JsonNode node = present(field);
        if (node == null) {
            return null;
        }
        if (!node.isTextual()) {
            throw wrongType(field, "a string", node);
        }
        return node.textValue();
    }

    @Override
    public Instant timestamp(Field field) throws InvalidRecordException {
        String text = text(field);
        try {
            return DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
        } catch (DateTimeException e) {
            throw new InvalidRecordException(INVALID_VALUE,
                    field.wireName() + " must be an RFC 3339 time such as 2026-01-28T15:30:00Z, got \"" + shorten(text)
                            + '"');
        }
    }

    private BigDecimal decimal(Field field) throws InvalidRecordException {
        return required(field, optionalDecimal(field));
    }

    @Override
    public @Nullable BigDecimal optionalDecimal(Field field) throws InvalidRecordException {
        JsonNode node = present(field);
        if (node == null) {
            return null;
        }
        if (!node.isNumber()) {
            throw wrongType(field, "a number", node);
        }
        return node.decimalValue();
    }

    @Override
    public double number(Field field) throws InvalidRecordException {
        return decimal(field).doubleValue();
    }

    @Override
    public @Nullable Double optionalNumber(Field field) throws InvalidRecordException {
        BigDecimal number = optionalDecimal(field);
        return number == null ? null : Double.valueOf(number.doubleValue());
    }

    @Override
    public long count(Field field) throws InvalidRecordException {
        return required(field, optionalCount(field));
    }

    @Override
    public @Nullable Long optionalCount(Field field) throws InvalidRecordException {
        BigDecimal number = optionalDecimal(field);
        if (number == null) {
            return null;
        }
        // Asked before longValueExact, which would write 1e999999 out in full.
        if (number.signum() != 0 && (long) number.precision() - number.scale() > 19) {
            throw new InvalidRecordException(INVALID_VALUE, field.wireName() + " is too large: " + number);
        }
        try {
            return number.longValueExact();
        } catch (ArithmeticException e) {
            throw new InvalidRecordException(INVALID_VALUE,
                    field.wireName() + " must be a whole number, got " + number);
        }
    }

    @Override
    public int integer(Field field) throws InvalidRecordException {
        return required(field, optionalInteger(field));
    }

    @Override
    public @Nullable Integer optionalInteger(Field field) throws InvalidRecordException {
        Long number = optionalCount(field);
        if (number != null && number != number.intValue()) {
            throw new InvalidRecordException(INVALID_VALUE, field.wireName() + " is too large: " + number);
        }
        return number == null ? null : Integer.valueOf(number.intValue());
    }

    @Override
    public <E> E oneOf(Field field, Words<E> words) throws InvalidRecordException {
        String text = text(field);
        E word = words.find(text);
        if (word == null) {
            throw new InvalidRecordException(INVALID_VALUE, field.wireName() + " must be one of " + words
                    + ", got \"" + shorten(text) + '"');
        }
        return word;
    }

    /** Foreign text as it may stand in a header or a log: short, on one line, and no half of a character. */
    static String shorten(String text) {
        if (text.length() <= SHOWN_LENGTH) {
            return CONTROL.matcher(text).replaceAll(" ");
        }
        int end = Character.isHighSurrogate(text.charAt(SHOWN_LENGTH - 1)) ? SHOWN_LENGTH - 1 : SHOWN_LENGTH;
        return CONTROL.matcher(text.substring(0, end)).replaceAll(" ") + "…";
    }

    private @Nullable JsonNode present(Field field) {
        JsonNode node = object.get(field.wireName());
        return node == null || node.isNull() ? null : node;
    }

    private static <T> T required(Field field, @Nullable T value) throws InvalidRecordException {
        if (value == null) {
            throw new InvalidRecordException(MISSING_FIELD, field.wireName() + " is required");
        }
        return value;
    }

    private static InvalidRecordException wrongType(Field field, String expected, JsonNode node) {
        return new InvalidRecordException(WRONG_TYPE,
                field.wireName() + " must be " + expected + ", got " + shorten(node.toString()));
    }
}
