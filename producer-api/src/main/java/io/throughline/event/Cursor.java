package io.throughline.event;

/** A place in an array of bytes that moves forward. Not safe to share between threads. */
final class Cursor {

    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int at;

    void open(byte[] value) {
        bytes = value;
        at = 0;
    }

    /** Lets go of the bytes. */
    void close() {
        open(NOTHING);
    }

    byte[] bytes() {
        return bytes;
    }

    int at() {
        return at;
    }

    void moveTo(int index) {
        at = index;
    }

    /** The byte here; behind the last one 0, which stands in no JSON. */
    byte peek() {
        return at < bytes.length ? bytes[at] : 0;
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
