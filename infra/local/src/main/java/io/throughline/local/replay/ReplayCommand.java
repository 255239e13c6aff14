package io.throughline.local.replay;

import io.throughline.local.Subcommands;
import io.throughline.local.Terminal;
import io.throughline.publish.Settings;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
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
                "A time is 2026-01-28T15:30:00Z, 2026-01-28, now, today, yesterday (days in UTC), -2h or",
                "today-2h.",
                "Exit codes: 0 done, 1 failed, 2 not understood."})
public final class ReplayCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    /** The commands of this process; only the one that {@code args} begin with, where they name one. */
    public static CommandLine commands(String... args) {
        return commands(Desk.system(), args);
    }

    /** The commands for a program that has a terminal, settings and a clock of its own. */
    public static CommandLine commands(Terminal terminal, Settings settings, Clock clock) {
        return commands(new Desk(terminal, settings, clock));
    }

    private static CommandLine commands(Desk desk, String... args) {
        var replay = new CommandLine(new ReplayCommand());
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("show", () -> new ShowCommand(desk));
        commands.put("metrics", () -> new MetricsCommand(desk));
        commands.put("explain", () -> new ExplainCommand(desk));
        commands.put("diff", () -> new DiffCommand(desk));
        commands.put("to", () -> new ToCommand(desk));
        commands.put("redrive", () -> new RedriveCommand(desk));
        commands.put("capsule", () -> new CapsuleCommand(desk));
        Subcommands.add(commands, replay, args);
        return replay;
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "replay needs to know what: "
                    + String.join(", ", spec.subcommands().keySet()));
        }
    }
}
