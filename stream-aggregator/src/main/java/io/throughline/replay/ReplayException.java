package io.throughline.replay;

import org.jspecify.annotations.Nullable;

/** Why a replay cannot go on, as one line that names the value and says what to do. */
public final class ReplayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** With what failed underneath, if anything did. */
    public ReplayException(String line, @Nullable Throwable cause) {
        super(line, cause);
    }
}
