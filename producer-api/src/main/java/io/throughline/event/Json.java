package io.throughline.event;

import static io.throughline.event.DeadLetterReason.EMPTY_VALUE;
import static io.throughline.event.DeadLetterReason.NOT_AN_OBJECT;
import static io.throughline.event.DeadLetterReason.NOT_JSON;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The one way to read and write JSON: exact decimals without exponents, and bounds that hostile input meets.
 */
final class Json {

    /** Above what a number of 100 digits takes with sign, point, leading zeros and exponent. */
    private static final int LONGEST_NUMBER = 200;

    private static final JsonMapper MAPPER = JsonMapper
            .builder(JsonFactory.builder()
                    // UTF-16 is JSON too, and not the contract's.
                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).maxNumberLength(LONGEST_NUMBER)
                                    .maxStringLength(4 * 1024 * 1024).maxNameLength(256).build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                    DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES).build();

    /** Beyond this an exponent stays: written out, it could be a text of gigabytes, or one too long to be read. */
    private static final int MOST_PLAIN_SCALE = Range.MOST_DECIMALS;

    private Json() {}

    /** The bytes as a JSON object. */
    static ObjectNode object(byte @Nullable [] value) throws InvalidRecordException {
        if (value == null || value.length == 0) {
            throw new InvalidRecordException(EMPTY_VALUE, "the record has no value");
        }
        checkUtf8(value);
        JsonNode tree = tree(value);
        if (!(tree instanceof ObjectNode object)) {
            throw new InvalidRecordException(NOT_AN_OBJECT, "the value must be a JSON object, got "
                    + TreeFields.shorten(tree.toString()));
        }
        return object;
    }

    private static JsonNode tree(byte[] value) throws InvalidRecordException {
        try {
            JsonNode tree = MAPPER.readTree(value);
            if (tree.isMissingNode()) {
                throw new InvalidRecordException(NOT_JSON, "the value holds white space only");
            }
            return tree;
        } catch (JsonProcessingException e) {
            String what = TreeFields.shorten(String.valueOf(e.getOriginalMessage()));
            long where = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
            throw new InvalidRecordException(NOT_JSON, where < 0 ? what : what + " (at byte " + where + ")");
        } catch (IOException | NumberFormatException e) {
            // The parser lets exponents beyond an int through to BigDecimal, which refuses them in its own way.
            throw new InvalidRecordException(NOT_JSON, TreeFields.shorten(String.valueOf(e.getMessage())));
        }
    }

    /** The parser alone would guess at UTF-16 where it sees a byte 0, and take overlong and surrogate forms for text. */
    private static void checkUtf8(byte[] value) throws InvalidRecordException {
        boolean ascii = true;
        for (byte b : value) {
            if (b == 0) {
                throw new InvalidRecordException(NOT_JSON, "a byte 0 stands in the value; JSON in UTF-8 has none");
            }
            ascii &= b > 0;
        }
        if (ascii) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.wrap(value);
        try {
            CharBuffer unused = StandardCharsets.UTF_8.newDecoder().decode(bytes);
        } catch (CharacterCodingException e) {
            throw new InvalidRecordException(NOT_JSON, "the value is not UTF-8 from byte " + bytes.position() + " on");
        }
    }

    /** Any value in UTF-8. */
    static byte[] bytes(JsonNode value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot be written as JSON: " + e.getMessage(), e);
        }
    }

    /** A decimal without an exponent, unless it would be a text without end. */
    static String decimal(BigDecimal value) {
        boolean plain = Math.abs((long) value.scale()) <= MOST_PLAIN_SCALE;
        return plain ? value.toPlainString() : value.toString();
    }
}
