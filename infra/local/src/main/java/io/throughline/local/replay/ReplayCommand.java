package io.throughline.local.replay;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code replay}: what the topics say about numbers and traces. Each subcommand is a class of its own. */
@Command(name = "replay", mixinStandardHelpOptions = true, sortOptions = false, //
        synopsisSubcommandLabel = "COMMAND", subcommands = {ShowCommand.class, MetricsCommand.class,
                ExplainCommand.class, DiffCommand.class,
                ToCommand.class, RedriveCommand.class, CapsuleCommand.class}, description = {
                        "Investigates the topics: shows records, recomputes and explains numbers, sends records elsewhere.",
                        "Reads without a consumer group and commits nothing: production does not notice."}, //
        commandListHeading = "%nCommands:%n", footer = {"",
                "A time is 2026-01-28T15:30:00Z, 2026-01-28, -2h, now, today or yesterday (days in UTC).",
                "Exit codes: 0 done, 1 failed, 2 not understood."})
public final class ReplayCommand implements Runnable {

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "replay needs to know what: "
                    + String.join(", ", spec.subcommands().keySet()));
        }
    }
}
