package io.throughline.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.local.ShipperClient.Refused;
import io.throughline.publish.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trace}: the whole flow of one trace as a timeline. */
@Command(name = "trace", mixinStandardHelpOptions = true, sortOptions = false, //
        description = "Shows every event and log line of a trace as a timeline.", footer = {
                "", "Examples:", "  ./throughline trace 4bf92f3577b34da6a3ce929d0e0e4736",
                "  ./throughline trace --json 4bf92f3577b34da6a3ce929d0e0e4736 | jq .missing", "",
                "Exit 1 when there is no such trace, or the shipper refuses or is away."})
final class TraceCommand implements Callable<Integer> {

    private static final JsonMapper JSON = new JsonMapper();

    private final Terminal terminal;
    private final Settings settings;

    @Parameters(paramLabel = "ID", description = "the trace")
    private String id = "";

    @Option(names = "--json", description = "the answer of /api/v1/traces as it came")
    private boolean json;

    @Option(names = "--url", paramLabel = "URL", //
            description = "the shipper; default THROUGHLINE_SHIPPER_URL, else http://localhost:8001")
    private @Nullable String url;

    TraceCommand() {
        this(Terminal.system(), Settings.of(System.getenv()));
    }

    TraceCommand(Terminal terminal, Settings settings) {
        this.terminal = terminal;
        this.settings = settings;
    }

    @Override
    public Integer call() {
        try (var shipper = client()) {
            print(answer(shipper));
            terminal.out().flush();
            return 0;
        } catch (Refused | IllegalArgumentException e) {
            terminal.err().println("trace: " + e.getMessage());
            return 1;
        }
    }

    private ShipperClient client() throws Refused {
        settings.rejectUnknown();
        return ShipperClient.of(url, settings);
    }

    private byte[] answer(ShipperClient shipper) throws Refused {
        try (InputStream body = shipper.get("/api/v1/traces/" + ShipperClient.segment(id), Map.of()).body()) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new Refused("the answer from " + shipper.address() + " broke off: " + e.getMessage(), e);
        }
    }

    private void print(byte[] answer) throws Refused {
        if (json) {
            terminal.out().write(answer, 0, answer.length);
            terminal.out().println();
            return;
        }
        new TraceTimeline(parse(answer), terminal.width(), terminal.colour()).print(terminal.out());
    }

    private static JsonNode parse(byte[] answer) throws Refused {
        try {
            return JSON.readTree(answer);
        } catch (IOException e) {
            throw new Refused("the answer is not JSON; is this a log shipper?", e);
        }
    }
}
