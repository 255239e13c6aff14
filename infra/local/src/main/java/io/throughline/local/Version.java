package io.throughline.local;

import picocli.CommandLine;

/** What {@code -V} says. Stateless. */
public final class Version {

    private static final String TEXT = "Throughline 0.1.0";

    private Version() {}

    /** Has the command and every one below it say the version, which picocli leaves to each by itself. */
    public static CommandLine saidBy(CommandLine command) {
        command.getCommandSpec().version(TEXT);
        command.getSubcommands().values().forEach(Version::saidBy);
        return command;
    }
}
