package io.throughline.local;

import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/** Which commands a run needs: preparing all of them takes longer than most take to run. Stateless. */
public final class Subcommands {

    private Subcommands() {}

    /** Adds the command that {@code args} begin with to {@code to}; all of them where they begin with none. */
    public static void add(Map<String, Supplier<Object>> commands, CommandLine to, String... args) {
        Supplier<Object> named = args.length == 0 ? null : commands.get(args[0]);
        if (named == null) {
            commands.forEach((name, command) -> to.addSubcommand(name, command.get()));
        } else {
            to.addSubcommand(args[0], named.get());
        }
    }
}
