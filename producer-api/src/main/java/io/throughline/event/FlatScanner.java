package io.throughline.event;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fields of a flat JSON object in one pass over its bytes, and allocates nothing.
 *
 * <p>The invariant: it never accepts what the parser would refuse, and never sees another value in it. What is not sure
 * to be so is refused, and left to the parser: values inside of values, escapes, text that is not ASCII, white space
 * other than blanks between tokens, a name that comes twice, a number of more than 18 digits. Not safe to share between
 * threads.
 */
final class FlatScanner {

    /** What stands in a field. */
    enum Kind {
        ABSENT, TEXT, NUMBER, BOOLEAN
    }

    private static final Words<Field> FIELDS = Words.of(Field.values(), Field::wireName);
    /** The parser limits texts to 4 MiB: no text in a shorter value is beyond it. */
    private static final int LONGEST_VALUE = 1024 * 1024;
    /** The parser's limit is 256. */
    private static final int LONGEST_NAME = 128;
    private static final int MOST_STRANGERS = 16;

    private final Cursor cursor = new Cursor();
    private final PlainNumber number = new PlainNumber();

    private final Kind[] kinds = new Kind[Field.values().length];
    private final int[] starts = new int[kinds.length];
    private final int[] ends = new int[kinds.length];
    private final long[] unscaled = new long[kinds.length];
    private final int[] scales = new int[kinds.length];
    /** A bit for each field that was met; there are fewer than 64. */
    private long met;

    /** Where the names stand that are no field's. */
    private final int[] strangerStarts = new int[MOST_STRANGERS];
    private final int[] strangerEnds = new int[MOST_STRANGERS];
    private int strangers;

    /**
     * Whether a flat object stands in {@code value} from {@code start} until before {@code end}; the fields can be asked
     * for until {@link #clear}.
     */
    boolean scan(byte[] value, int start, int end) {
        cursor.open(value, start, end);
        met = 0;
        strangers = 0;
        return end - start <= LONGEST_VALUE && cursor.skip('{') && members() && cursor.at() == end;
    }

    /** Lets go of the bytes. */
    void clear() {
        cursor.close();
    }

    byte[] bytes() {
        return cursor.bytes();
    }

    /** What stands in the field; null is absent. */
    Kind kind(Field field) {
        return (met & bit(field)) == 0 ? Kind.ABSENT : kinds[field.index()];
    }

    /** Index of a text's first byte. */
    int start(Field field) {
        return starts[field.index()];
    }

    /** Index behind a text's last byte. */
    int end(Field field) {
        return ends[field.index()];
    }

    /** A number's digits as {@link PlainNumber#unscaled} has them. */
    long unscaled(Field field) {
        return unscaled[field.index()];
    }

    /** A number's scale as {@link PlainNumber#scale} has it. */
    int scale(Field field) {
        return scales[field.index()];
    }

    private boolean members() {
        boolean more = true;
        while (more) {
            if (!member()) {
                return false;
            }
            cursor.skipSpaces();
            more = cursor.skip(',');
        }
        return cursor.skip('}');
    }

    private boolean member() {
        cursor.skipSpaces();
        int start = cursor.at() + 1;
        if (!text() || cursor.at() - start > LONGEST_NAME) {
            return false;
        }
        int end = cursor.at() - 1;
        cursor.skipSpaces();
        if (!cursor.skip(':')) {
            return false;
        }
        cursor.skipSpaces();
        Field field = FIELDS.find(cursor.bytes(), start, end);
        return field == null ? isNewStranger(start, end) && value() != null : isNew(field) && keep(field);
    }

    private boolean isNew(Field field) {
        boolean unmet = (met & bit(field)) == 0;
        met |= bit(field);
        return unmet;
    }

    /** The parser refuses a name that comes twice, also one that no event has. */
    private boolean isNewStranger(int start, int end) {
        if (strangers == MOST_STRANGERS) {
            return false;
        }
        for (int i = 0; i < strangers; i++) {
            if (Arrays.equals(cursor.bytes(), start, end, cursor.bytes(), strangerStarts[i], strangerEnds[i])) {
                return false;
            }
        }
        strangerStarts[strangers] = start;
        strangerEnds[strangers++] = end;
        return true;
    }

    private boolean keep(Field field) {
        int i = field.index();
        starts[i] = cursor.at() + 1;
        Kind kind = value();
        if (kind == null) {
            return false;
        }
        kinds[i] = kind;
        ends[i] = cursor.at() - 1;
        unscaled[i] = number.unscaled();
        scales[i] = number.scale();
        return true;
    }

    /** Moves behind the value that stands here; null when it is none that this class is sure of. */
    private @Nullable Kind value() {
        return switch (cursor.peek()) {
            case '"' -> text() ? Kind.TEXT : null;
            case 't' -> word("true") ? Kind.BOOLEAN : null;
            case 'f' -> word("false") ? Kind.BOOLEAN : null;
            case 'n' -> word("null") ? Kind.ABSENT : null;
            default -> number.read(cursor) ? Kind.NUMBER : null;
        };
    }

    private boolean text() {
        if (!cursor.skip('"')) {
            return false;
        }
        cursor.moveTo(Ascii.endOfPlain(cursor.bytes(), cursor.at(), cursor.end()));
        return cursor.skip('"');
    }

    private boolean word(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (!cursor.skip(word.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static long bit(Field field) {
        return 1L << field.index();
    }
}
