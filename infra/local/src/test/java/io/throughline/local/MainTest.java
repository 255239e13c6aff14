package io.throughline.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.local.demo.DemoTraffic;
import io.throughline.publish.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MainTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void help_listsTheCommands() {
        assertThat(run(Map.of(), "help")).isZero();
        assertThat(out.toString(UTF_8)).contains("up ", "topics ", "test ", "bench ");
    }

    @Test
    void launchersHelp_listsTheCommandsAsTheProgramDoes() throws IOException {
        Process launcher = new ProcessBuilder(Home.find().root().resolve("throughline").toString(), "help")
                .redirectErrorStream(true).start();
        String said = new String(launcher.getInputStream().readAllBytes(), UTF_8);
        var commands = new TreeSet<>(Main.commandLine(Map.of(), new PrintStream(out), new PrintStream(err))
                .getSubcommands().keySet());
        commands.addAll(List.of("test", "tools", "bench"));
        assertThat(said.lines().filter(line -> line.startsWith("  ")).map(line -> line.strip().split(" ", -1)[0]))
                .containsExactlyInAnyOrderElementsOf(commands);
    }

    @Test
    void version_isSaidByEveryCommand() {
        for (List<String> command : List.of(List.<String>of(), List.of("up"), List.of("replay"),
                List.of("replay", "show"))) {
            out.reset();
            List<String> arguments = new ArrayList<>(command);
            arguments.add("-V");
            assertThat(run(Map.of(), arguments.toArray(String[]::new))).isZero();
            assertThat(out.toString(UTF_8)).as(command.toString()).matches("Throughline \\d+\\.\\d+\\.\\d+\n");
        }
    }

    @Test
    void unknownCommand_isAUsageErrorThatListsTheKnownOnes() {
        assertThat(run(Map.of(), "upp")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).startsWith("throughline: unknown command upp; commands are ")
                .contains("topics").hasLineCount(1);
        err.reset();
        assertThat(run(Map.of(), "replay", "shwo")).isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .isEqualTo("throughline: unknown command shwo; commands are capsule, diff, explain,"
                        + " metrics, redrive, show, to\n");
    }

    @Test
    void noCommand_isAUsageError() {
        assertThat(run(Map.of())).isEqualTo(2);
    }

    @Test
    void unknownOption_pointsToTheHelpOfItsCommand() {
        assertThat(run(Map.of(), "up", "--nonsense")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).endsWith("see ./throughline help up\n").hasLineCount(1);
    }

    @Test
    void failure_isOneLineWithoutAStackTrace() {
        assertThat(run(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", "nonsense"), "topics")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).startsWith("throughline: ").contains("nonsense").hasLineCount(1);
    }

    @Test
    void unknownSetting_isAUsageError() {
        for (String command : List.of("topics", "up")) {
            assertThat(run(Map.of("THROUGHLINE_TOPIC_PERFIX", "x."), command)).as(command).isEqualTo(2);
        }
        assertThat(err.toString(UTF_8)).contains("THROUGHLINE_TOPIC_PERFIX; did you mean THROUGHLINE_TOPIC_PREFIX")
                .hasLineCount(2);
    }

    @Test
    void verboseFailure_showsWhereItComesFrom() {
        assertThat(run(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", "nonsense"), "--verbose", "topics")).isEqualTo(1);
        assertThat(err.toString(UTF_8)).contains("\tat io.throughline.local.");
    }

    @Test
    void everySettingThatIsRead_isListedAndDocumented() throws IOException {
        Settings settings = Settings.of(Map.of());
        for (Part part : Parts.all()) {
            assertThat(part.configure().apply(settings)).isNotNull();
        }
        assertThat(DemoTraffic.configure(settings)).isNotNull();
        assertThat(Settings.names()).containsAll(settings.effective().keySet());
        Path root = Home.find().root();
        var readmes = new StringBuilder();
        for (String module : List.of("producer-api", "stream-aggregator", "log-shipper", "infra/local", "infra")) {
            readmes.append(Files.readString(root.resolve(module).resolve("README.md")));
        }
        assertThat(Settings.names()).allSatisfy(name -> assertThat(readmes).contains('`' + name + '`'));
    }

    private int run(Map<String, String> environment, String... arguments) {
        return Main
                .commandLine(environment, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8),
                        arguments)
                .execute(arguments);
    }
}
