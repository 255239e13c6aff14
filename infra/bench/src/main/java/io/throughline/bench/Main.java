package io.throughline.bench;

import io.throughline.local.Terminal;
import io.throughline.local.Version;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The benchmarks behind the launcher. Exit code 0 is done, 1 failed, 2 not understood. */
@Command(name = "./throughline bench", mixinStandardHelpOptions = true, subcommands = HelpCommand.class, synopsisSubcommandLabel = "BENCHMARK", description = "Measures against named baselines in one run, on this machine.", commandListHeading = "%nBenchmarks:%n", footer = {
        "", "Exit codes: 0 done, 1 failed, 2 not understood."})
public final class Main implements Runnable {

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "shows where an error comes from")
    private boolean verbose;

    @Spec
    private @Nullable CommandSpec spec;

    private Main() {}

    /** Runs one benchmark and exits. */
    public static void main(String[] args) {
        System.exit(commandLine(Terminal.system()).execute(args));
    }

    static CommandLine commandLine(Terminal terminal) {
        var main = new Main();
        var commandLine = new CommandLine(main);
        commandLine.addSubcommand(new AggregatorCommand(terminal));
        commandLine.addSubcommand(new LogsCommand(terminal));
        commandLine.addSubcommand(new ScrapeCommand(terminal));
        commandLine.addSubcommand(new ProducerCommand(terminal));
        commandLine.addSubcommand(new ReplayCommand(terminal));
        return Version.saidBy(commandLine).setOut(writer(terminal.out())).setErr(writer(terminal.err()))
                .setExecutionExceptionHandler((e, command, parsed) -> main.failed(e, command))
                .setParameterExceptionHandler(Main::notUnderstood);
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "no benchmark given");
        }
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private int failed(Exception failure, CommandLine command) {
        if (verbose) {
            failure.printStackTrace(command.getErr());
        } else {
            String message = failure.getMessage();
            command.getErr().println("throughline: " + (message == null ? failure.toString() : message));
        }
        return 1;
    }

    private static int notUnderstood(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        boolean top = command.getParent() == null;
        command.getErr().println("throughline: " + (wrong instanceof UnmatchedArgumentException unmatched && top
                ? "unknown benchmark " + unmatched.getUnmatched().getFirst()
                : wrong.getMessage()));
        command.usage(command.getErr());
        return 2;
    }
}
