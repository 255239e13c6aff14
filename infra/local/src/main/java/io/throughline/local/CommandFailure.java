package io.throughline.local;

import org.jspecify.annotations.Nullable;

/** Why a command failed, as one line that names the value and says what to do; the process ends with exit code 1. */
class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CommandFailure(String line) {
        this(line, null);
    }

    CommandFailure(String line, @Nullable Throwable cause) {
        super(line, cause);
    }
}
