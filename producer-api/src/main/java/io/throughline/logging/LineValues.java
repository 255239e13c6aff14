package io.throughline.logging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.throughline.redact.Prompt;
import io.throughline.redact.Redactor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Objects that were logged, as JSON. They are anybody's: they may be huge, hold themselves, change meanwhile or throw.
 * One for each line, because its bounds are those of a line.
 */
final class LineValues {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MOST_VALUES = 200;
    private static final int MOST_CHARACTERS = 64 * 1024;
    private static final int DEEPEST = 16;
    private static final int MOST_DIGITS = 100;

    private int values;
    private int characters = MOST_CHARACTERS;

    JsonNode of(@Nullable Object value) {
        values = MOST_VALUES; // for each anew, so that one that has no end costs the others nothing
        try {
            return of(value, 0);
        } catch (RuntimeException e) {
            return text("(cannot be shown: " + e.getClass().getName() + ')');
        }
    }

    JsonNode text(String text) {
        String shown = cut(text, Math.max(16, characters));
        characters -= shown.length();
        return JSON.textNode(shown);
    }

    /** The object's own text; whatever it throws is said in its place. */
    static String string(Object value) {
        try {
            return String.valueOf(value);
        } catch (RuntimeException | StackOverflowError e) {
            return "(toString threw " + e.getClass().getName() + ')';
        }
    }

    /** At most that many characters, and how many are missing. */
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "… (" + (text.length() - end) + " more characters)";
    }

    private JsonNode of(@Nullable Object value, int depth) {
        if (value == null) {
            return JSON.nullNode();
        } else if (--values < 0 || depth > DEEPEST) {
            return JSON.textNode("…");
        } else if (value instanceof Boolean flag) {
            return JSON.booleanNode(flag);
        } else if (value instanceof Number number) {
            return number(number);
        } else if (value instanceof Prompt prompt) {
            return Redactor.node(prompt);
        } else if (value instanceof JsonNode node) {
            return node.isValueNode() || node.toString().length() > characters
                    ? text(node.toString())
                    : node.deepCopy();
        } else if (value instanceof Map<?, ?> map) {
            var object = JSON.objectNode();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (values <= 0) {
                    break;
                }
                object.set(cut(string(String.valueOf(entry.getKey())), 128), of(entry.getValue(), depth + 1));
            }
            return object;
        } else if (value instanceof Iterable<?> elements && !(value instanceof Path)) {
            var array = JSON.arrayNode();
            for (Object element : elements) {
                if (values <= 0) {
                    break;
                }
                array.add(of(element, depth + 1));
            }
            return array;
        } else if (value instanceof Object[] elements) {
            return of(Arrays.asList(elements), depth);
        }
        return text(string(value));
    }

    private JsonNode number(Number number) {
        if (number instanceof Long || number instanceof Integer || number instanceof Short || number instanceof Byte) {
            return JSON.numberNode(number.longValue());
        }
        if ((number instanceof Double || number instanceof Float) && Double.isFinite(number.doubleValue())) {
            return JSON.numberNode(new BigDecimal(number.toString()));
        }
        if (number instanceof BigDecimal decimal && decimal.precision() <= MOST_DIGITS
                && Math.abs((long) decimal.scale()) <= MOST_DIGITS) {
            return JSON.numberNode(decimal);
        }
        if (number instanceof BigInteger integer && integer.bitLength() < 3 * MOST_DIGITS) {
            return JSON.numberNode(integer);
        }
        return text(string(number));
    }
}
