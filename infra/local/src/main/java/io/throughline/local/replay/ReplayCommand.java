package io.throughline.local.replay;

import io.throughline.local.Terminal;
import io.throughline.publish.Settings;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code replay}: what the topics say about numbers and traces. Each subcommand is a class of its own. */
@Command(name = "replay", mixinStandardHelpOptions = true, sortOptions = false, //
        synopsisSubcommandLabel = "COMMAND", description = {
                "Investigates the topics: shows records, recomputes and explains numbers, sends records elsewhere.",
                "Reads without a consumer group and commits nothing: production does not notice."}, //
        commandListHeading = "%nCommands:%n", footer = {"",
                "A time is 2026-01-28T15:30:00Z, 2026-01-28, -2h, now, today or yesterday (days in UTC).",
                "Exit codes: 0 done, 1 failed, 2 not understood."})
public final class ReplayCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    /** The commands of this process. */
    public static CommandLine commands() {
        return commands(Desk.system());
    }

    /** The commands for a program that has a terminal, settings and a clock of its own. */
    public static CommandLine commands(Terminal terminal, Settings settings, Clock clock) {
        return commands(new Desk(terminal, settings, clock));
    }

    private static CommandLine commands(Desk desk) {
        var commands = new CommandLine(new ReplayCommand());
        for (Object command : List.of(new ShowCommand(desk), new MetricsCommand(desk), new ExplainCommand(desk),
                new DiffCommand(desk), new ToCommand(desk), new RedriveCommand(desk), new CapsuleCommand(desk))) {
            commands.addSubcommand(command);
        }
        return commands;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "replay needs to know what: "
                    + String.join(", ", spec.subcommands().keySet()));
        }
    }
}
