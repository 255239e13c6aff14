package io.throughline.local;

/** A line that cannot be published; the message says why. */
final class UnusableLineException extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableLineException(String why) {
        super(why);
    }
}
