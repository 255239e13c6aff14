package io.throughline.serve;

/**
 * An error that is answered as RFC 9457 problem JSON.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
public final class Problem extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;

    /** A problem with an HTTP status; {@code detail} names the value and what to do about it. */
    public Problem(int status, String detail) {
        super(detail);
        this.status = status;
    }

    /** The HTTP status, 400 to 599. */
    public int status() {
        return status;
    }
}
