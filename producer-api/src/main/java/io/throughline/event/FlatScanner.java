package io.throughline.event;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fields of a flat JSON object in one pass over its bytes, and allocates nothing.
 *
 * <p>The invariant: it never accepts what the parser would refuse, and never sees another value in it. What is not sure
 * to be so is refused, and left to the parser: values inside of values, escapes, text that is not ASCII, white space
 * other than blanks between tokens, a name that comes twice, a number of more than 18 digits.
 *
 * <p>Whoever writes objects writes their fields in the same order each time, so the name that followed last time is
 * tried before any is looked up. Not safe to share between threads.
 */
final class FlatScanner {

    /** What stands in a field. */
    enum Kind {
        ABSENT, TEXT, NUMBER, BOOLEAN
    }

    private static final byte[] NOTHING = {};
    private static final int REFUSED = -1;
    private static final Words<Field> FIELDS = Words.of(Field.values(), Field::wireName);
    private static final Token[] TOKENS = Arrays.stream(Field.values()).map(Token::new).toArray(Token[]::new);
    /** The parser limits texts to 4 MiB: no text in a shorter value is beyond it. */
    private static final int LONGEST_VALUE = 1024 * 1024;
    /** The parser's limit is 256. */
    private static final int LONGEST_NAME = 128;
    private static final int MOST_STRANGERS = 16;

    private final PlainNumber number = new PlainNumber();

    private byte[] bytes = NOTHING;
    private final Kind[] kinds = new Kind[Field.values().length];
    private final int[] starts = new int[kinds.length];
    private final int[] ends = new int[kinds.length];
    private final long[] unscaled = new long[kinds.length];
    private final int[] scales = new int[kinds.length];
    /** A bit for each field that was met; there are fewer than 64. */
    private long met;

    /** By a field's index what followed it last; the place behind the last is that of the beginning. */
    private final Token[] followers = new Token[kinds.length + 1];

    /** Where the names stand that are no field's. */
    private final int[] strangerStarts = new int[MOST_STRANGERS];
    private final int[] strangerEnds = new int[MOST_STRANGERS];
    private int strangers;

    /** A field's name as it stands before a value: in quotes, and with a colon. */
    private static final class Token {

        final Field field;
        final int length;
        private final long[] words;

        Token(Field field) {
            byte[] text = Ascii.bytes('"' + field.wireName() + "\":");
            this.field = field;
            this.length = text.length;
            this.words = Ascii.words(text, 0, text.length);
        }

        boolean stands(byte[] in, int at, int end) {
            return at + length <= end && Ascii.matches(words, in, at, at + length);
        }
    }

    FlatScanner() {
        Arrays.fill(followers, TOKENS[0]);
    }

    /**
     * Whether a flat object stands in {@code value} from {@code start} until before {@code end}; the fields can be asked
     * for until {@link #clear}.
     */
    boolean scan(byte[] value, int start, int end) {
        bytes = value;
        met = 0;
        strangers = 0;
        return start < end && end - start <= LONGEST_VALUE && value[start] == '{'
                && members(value, start + 1, end) == end;
    }

    /** Lets go of the bytes. */
    void clear() {
        bytes = NOTHING;
    }

    byte[] bytes() {
        return bytes;
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

    // From here on, positions go in and come out: kept in a field, each step would wait for memory.

    /** The index behind the object whose first member may stand at {@code from}. */
    private int members(byte[] in, int from, int end) {
        int before = kinds.length;
        int at = from;
        while (true) {
            at = skipSpaces(in, at, end);
            Token likely = followers[before];
            if (likely.stands(in, at, end)) {
                before = likely.field.index();
                at = isNew(likely.field) ? keep(likely.field, in, at + likely.length, end) : REFUSED;
            } else {
                int nameEnd = text(in, at, end);
                Field field = nameEnd < 0 ? null : FIELDS.find(in, at + 1, nameEnd - 1);
                if (field != null) {
                    followers[before] = TOKENS[field.index()];
                    before = field.index();
                }
                at = member(in, at, nameEnd, end, field);
            }
            at = at < 0 ? end : skipSpaces(in, at, end);
            if (at >= end) {
                return REFUSED;
            }
            if (in[at] != ',') {
                return in[at] == '}' ? at + 1 : REFUSED;
            }
            at++;
        }
    }

    /** The index behind a member whose name stands from {@code at} until before {@code nameEnd}. */
    private int member(byte[] in, int at, int nameEnd, int end, @Nullable Field field) {
        if (nameEnd < 0 || nameEnd - at > LONGEST_NAME + 2) {
            return REFUSED;
        }
        int colon = skipSpaces(in, nameEnd, end);
        if (colon >= end || in[colon] != ':') {
            return REFUSED;
        }
        if (field == null) {
            return isNewStranger(at + 1, nameEnd - 1) ? valueFrom(in, skipSpaces(in, colon + 1, end), end) : REFUSED;
        }
        return isNew(field) ? keep(field, in, colon + 1, end) : REFUSED;
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
            if (Arrays.equals(bytes, start, end, bytes, strangerStarts[i], strangerEnds[i])) {
                return false;
            }
        }
        strangerStarts[strangers] = start;
        strangerEnds[strangers++] = end;
        return true;
    }

    /** Notes the value at {@code from}, blanks before it aside; the index behind it. */
    private int keep(Field field, byte[] in, int from, int end) {
        int at = skipSpaces(in, from, end);
        int i = field.index();
        if (at < end && in[at] == '"') {
            int behind = text(in, at, end);
            kinds[i] = Kind.TEXT;
            starts[i] = at + 1;
            ends[i] = behind - 1;
            return behind;
        }
        int behind = valueFrom(in, at, end);
        if (behind < 0) {
            return REFUSED;
        }
        switch (in[at]) {
            case 'n' -> kinds[i] = Kind.ABSENT;
            case 't', 'f' -> kinds[i] = Kind.BOOLEAN;
            default -> {
                kinds[i] = Kind.NUMBER;
                unscaled[i] = number.unscaled();
                scales[i] = number.scale();
            }
        }
        return behind;
    }

    /** The index behind the value that stands at {@code at}; {@link #REFUSED} when it is none that this class is sure of. */
    private int valueFrom(byte[] in, int at, int end) {
        if (at >= end) {
            return REFUSED;
        }
        return switch (in[at]) {
            case '"' -> text(in, at, end);
            case 't' -> word("true", in, at, end);
            case 'f' -> word("false", in, at, end);
            case 'n' -> word("null", in, at, end);
            default -> number.read(in, at, end);
        };
    }

    /** The index behind the text in quotes that stands at {@code at}. */
    private static int text(byte[] in, int at, int end) {
        if (at >= end || in[at] != '"') {
            return REFUSED;
        }
        int quote = Ascii.endOfPlain(in, at + 1, end);
        return quote < end && in[quote] == '"' ? quote + 1 : REFUSED;
    }

    private static int word(String word, byte[] in, int at, int end) {
        if (end - at < word.length()) {
            return REFUSED;
        }
        for (int i = 0; i < word.length(); i++) {
            if (in[at + i] != word.charAt(i)) {
                return REFUSED;
            }
        }
        return at + word.length();
    }

    /** Other white space is rare between fields. */
    private static int skipSpaces(byte[] in, int from, int end) {
        int at = from;
        while (at < end && in[at] == ' ') {
            at++;
        }
        return at;
    }

    private static long bit(Field field) {
        return 1L << field.index();
    }
}
