package io.throughline.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.local.ShipperClient.Refused;
import io.throughline.publish.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code trace}: the whole flow of one trace as a waterfall. */
@Command(name = "trace", mixinStandardHelpOptions = true, sortOptions = false, //
        description = "Shows a trace as a waterfall: what lay within what and how long it took, with every log line.", footer = {
                "", "Examples:", "  ./throughline trace 4bf92f3577b34da6a3ce929d0e0e4736",
                "  ./throughline trace --follow 4bf92f3577b34da6a3ce929d0e0e4736",
                "  ./throughline trace --json 4bf92f3577b34da6a3ce929d0e0e4736 | jq .totals", "",
                "Exit 1 when there is no such trace, or the shipper refuses or is away."})
final class TraceCommand implements Callable<Integer> {

    private static final JsonMapper JSON = new JsonMapper();

    private static final long BETWEEN_LOOKS_MILLIS = 1_000;
    private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

    private final Terminal terminal;
    private final Settings settings;
    private final boolean watched;

    @Parameters(paramLabel = "ID", description = "the trace")
    private String id = "";

    @Option(names = "--json", description = "the answer of /api/v1/traces as it came")
    private boolean json;

    @Option(names = "--flat", description = "one row an event or log line, in causal order, instead of a waterfall")
    private boolean flat;

    @Option(names = {"-f", "--follow"}, description = "shows what comes until nothing is open any more")
    private boolean follow;

    @Option(names = "--url", paramLabel = "URL", //
            description = "the shipper; default THROUGHLINE_SHIPPER_URL, else http://localhost:8001")
    private @Nullable String url;

    TraceCommand() {
        this(Terminal.system(), Settings.of(System.getenv()), Terminal.resultsAreWatched());
    }

    /** Rows are cut to the terminal's width only when somebody watches it. */
    TraceCommand(Terminal terminal, Settings settings, boolean watched) {
        this.terminal = terminal;
        this.settings = settings;
        this.watched = watched;
    }

    @Override
    public Integer call() {
        try (var shipper = client()) {
            if (follow) {
                follow(shipper);
            } else {
                print(body(ask(shipper)));
            }
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

    private HttpResponse<InputStream> ask(ShipperClient shipper) throws Refused {
        return shipper.get("/api/v1/traces/" + ShipperClient.segment(id), Map.of());
    }

    private static byte[] body(HttpResponse<InputStream> answer) throws Refused {
        try (InputStream body = answer.body()) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new Refused("the answer from " + answer.uri().getAuthority() + " broke off: " + e.getMessage(), e);
        }
    }

    private static List<String> missingPeers(HttpResponse<InputStream> answer) {
        return answer.headers().firstValue("X-Missing-Peers").map(peers -> List.of(Printable.text(peers).split(",")))
                .orElse(List.of());
    }

    private void print(byte[] answer) throws Refused {
        if (json) {
            terminal.out().write(answer, 0, answer.length);
            terminal.out().println();
            return;
        }
        print(parse(answer));
    }

    private void print(JsonNode trace) {
        var ink = new Ink(terminal.width(), terminal.colour(), watched);
        if (flat || trace.path("spans").isEmpty()) {
            new TraceTimeline(trace, ink).print(terminal.out());
        } else {
            new TraceWaterfall(trace, ink).print(terminal.out());
        }
    }

    /**
     * In a terminal the waterfall is drawn anew whenever it has grown; into a pipe it goes once, when all has ended. A
     * shipper that does not answer may never come back: what it holds is not waited for, and said to be missing.
     */
    private void follow(ShipperClient shipper) throws Refused {
        long shown = -1;
        while (true) {
            HttpResponse<InputStream> answer = ask(shipper);
            JsonNode trace = parse(body(answer));
            List<String> away = missingPeers(answer);
            boolean done = trace.path("complete").asBoolean() || trace.path("truncated").asBoolean()
                    || (!away.isEmpty() && trace.path("missing").size() <= away.size());
            long entries = trace.path("entries").size();
            if (watched && entries != shown) {
                terminal.out().print(terminal.colour() ? CLEAR_SCREEN : "");
                print(trace);
                terminal.out().flush();
            } else if (!watched && done) {
                print(trace);
            }
            // What belongs to the end is stored right behind it.
            if (terminal.closed() || (done && entries == shown) || (done && !watched)) {
                if (!away.isEmpty()) {
                    terminal.err().println("trace: incomplete: " + String.join(", ", away)
                            + " did not answer, what it holds is missing");
                }
                return;
            }
            shown = entries;
            pause();
        }
    }

    private static void pause() throws Refused {
        try {
            Thread.sleep(BETWEEN_LOOKS_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Refused("interrupted", e);
        }
    }

    private static JsonNode parse(byte[] answer) throws Refused {
        try {
            return JSON.readTree(answer);
        } catch (IOException e) {
            throw new Refused("the answer is not JSON; is this a log shipper?", e);
        }
    }
}
