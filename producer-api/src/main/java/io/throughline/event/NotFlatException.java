package io.throughline.event;

/**
 * The way out of the fast path where it is not sure of a value. It has no message and no stack trace, which would cost
 * more than the slow path, for that one decides and explains.
 */
final class NotFlatException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    NotFlatException() {
        super(null, null, false, false);
    }
}
