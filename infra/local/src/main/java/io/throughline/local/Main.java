package io.throughline.local;

import io.throughline.local.demo.DemoTraffic;
import io.throughline.local.replay.ReplayCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
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

/** The commands behind the launcher. Exit code 0 is done, 1 failed, 2 not understood. */
@Command(name = "./throughline", mixinStandardHelpOptions = true, subcommands = HelpCommand.class, synopsisSubcommandLabel = "COMMAND", //
        description = "Events in Kafka to exact Prometheus metrics and logs by trace_id.", //
        commandListHeading = "%nCommands:%n", footer = {
                "  test   Sets up what the tests need and runs them all",
                "  tools  Fetches Prometheus, Alertmanager and the other programs of the demo and the tests",
                "  bench  Measures against named baselines in one run", "",
                "Exit codes: 0 done, 1 failed, 2 not understood."})
public final class Main implements Runnable {

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "shows where an error comes from")
    private boolean verbose;

    @Spec
    private @Nullable CommandSpec spec;

    private Main() {}

    /** Runs one command and exits. */
    public static void main(String[] args) {
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        System.exit(commandLine(System.getenv(), out, err, args).execute(args));
    }

    /** The commands; only the one that {@code args} name where they name one, because each takes time to prepare. */
    static CommandLine commandLine(Map<String, String> environment, PrintStream out, PrintStream err, String... args) {
        var main = new Main();
        var commandLine = new CommandLine(main);
        Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("up", () -> new UpCommand(environment, Parts.all(), DemoTraffic::configure, out, err));
        commands.put("topics", () -> new TopicsCommand(environment, out, err));
        commands.put("publish", PublishCommand::new);
        commands.put("logs", LogsCommand::new);
        commands.put("trace", TraceCommand::new);
        commands.put("replay",
                () -> ReplayCommand.commands(Arrays.copyOfRange(args, Math.min(1, args.length), args.length)));
        Subcommands.add(commands, commandLine, args);
        return Version.saidBy(commandLine).setOut(writer(out)).setErr(writer(err))
                .setExecutionExceptionHandler((e, command, parsed) -> main.failed(e, command))
                .setParameterExceptionHandler(Main::notUnderstood);
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "no command given");
        }
    }

    private int failed(Exception failure, CommandLine command) {
        if (verbose) {
            failure.printStackTrace(command.getErr());
        } else {
            command.getErr().println("throughline: " + oneLine(failure));
        }
        return failure instanceof IllegalArgumentException ? 2 : 1;
    }

    private static String oneLine(Exception failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message.lines().findFirst().orElse(failure.toString());
    }

    private static String seeHelpOf(CommandLine command) {
        boolean nested = command.getParent() != null && command.getParent().getParent() != null;
        return "see " + (nested
                ? command.getCommandSpec().qualifiedName() + " --help"
                : "./throughline help " + command.getCommandName());
    }

    private static int notUnderstood(ParameterException wrong, String[] args) {
        CommandLine command = wrong.getCommandLine();
        var known = new TreeSet<>(command.getSubcommands().keySet());
        if (command.getParent() == null) {
            known.addAll(List.of("test", "tools", "bench"));
        }
        String help = known.isEmpty() ? seeHelpOf(command) : "commands are " + String.join(", ", known);
        String what = !known.isEmpty() && wrong instanceof UnmatchedArgumentException unmatched
                ? "unknown command " + unmatched.getUnmatched().getFirst()
                : wrong.getMessage();
        command.getErr().println("throughline: " + what + "; " + help);
        return 2;
    }
}
