package io.throughline.event;

/** A place in an array of bytes that moves forward. Not safe to share between threads. */
final class Cursor {

    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int at;
    private int end;

    /** Opens the bytes from {@code from} until before {@code to}. */
    void open(byte[] value, int from, int to) {
        bytes = value;
        at = from;
        end = to;
    }

    /** Lets go of the bytes. */
    void close() {
        open(NOTHING, 0, 0);
    }

    byte[] bytes() {
        return bytes;
    }

    /** Index behind the last byte. */
    int end() {
        return end;
    }

    int at() {
        return at;
    }

    void moveTo(int index) {
        at = index;
    }

    /** The byte here; behind the last one 0, which stands in no JSON. */
    byte peek() {
        return at < end ? bytes[at] : 0;
    }

    /** Whether {@code wanted} stood here; the cursor is then behind it. */
    boolean skip(char wanted) {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    /** Moves behind the spaces that stand here; other white space is rare between fields. */
    void skipSpaces() {
        while (peek() == ' ') {
            at++;
        }
    }
}
