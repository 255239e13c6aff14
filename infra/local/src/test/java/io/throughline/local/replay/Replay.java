package io.throughline.local.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.local.Terminal;
import io.throughline.publish.Settings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * A replay command that was run: how it ended and what it printed.
 *
 * @param exit the exit code
 * @param out results
 * @param err remarks and errors
 */
public record Replay(int exit, String out, String err) {

    private static final JsonMapper JSON = new JsonMapper();

    /** Runs a command in this process. */
    public static Replay run(Settings settings, String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var terminal = new Terminal(new ByteArrayInputStream(new byte[0]), new PrintStream(out, false, UTF_8),
                new PrintStream(err, true, UTF_8), false, 120, false);
        int exit = ReplayCommand.commands(terminal, settings, Clock.systemUTC()).execute(arguments);
        return new Replay(exit, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** The results, line by line. */
    public List<JsonNode> lines() throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }

    /** This, when it was done; else the test fails with what it said. */
    public Replay done() {
        assertThat(exit).as(out + err).isZero();
        return this;
    }
}
