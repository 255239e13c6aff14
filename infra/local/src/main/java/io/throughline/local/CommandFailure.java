package io.throughline.local;

import org.jspecify.annotations.Nullable;

/** Why a command failed, as one line that names the value and says what to do; the process ends with exit code 1. */
public class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** One line. */
    public CommandFailure(String line) {
        this(line, null);
    }

    /** One line, with what failed underneath. */
    public CommandFailure(String line, @Nullable Throwable cause) {
        super(line, cause);
    }
}
