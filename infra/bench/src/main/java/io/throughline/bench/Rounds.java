package io.throughline.bench;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The option of every benchmark that repeats itself, and what numbers out of range mean there: a usage error. */
final class Rounds {

    static final int MOST = 100;

    @Option(names = "--rounds", paramLabel = "R", defaultValue = "3", description = "how often each is measured, in turn (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Spec(Target.MIXEE)
    private @Nullable CommandSpec command;

    /** How often; a usage error when that is out of range. */
    int count() {
        require("--rounds", rounds, 1, MOST);
        return rounds;
    }

    /** A usage error that names the option and the value, unless that is in range. */
    void require(String option, long value, long least, long most) {
        require(value >= least && value <= most, option + " must be from " + least + " to " + most + ", got " + value);
    }

    /** A usage error unless {@code holds}. */
    void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(Objects.requireNonNull(command, "picocli sets it").commandLine(), otherwise);
        }
    }
}
