package io.throughline.local;

import io.throughline.local.ShipperClient.Refused;
import io.throughline.publish.Settings;
import io.throughline.publish.Times;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code logs}: log lines that match, as NDJSON. */
@Command(name = "logs", mixinStandardHelpOptions = true, sortOptions = false, //
        description = "Finds log lines and prints them as NDJSON, just as /api/v1/logs answers.", footer = {
                "", "Examples:", "  ./throughline logs --trace 4bf92f3577b34da6a3ce929d0e0e4736 | jq -r .message",
                "  ./throughline logs --min-level ERROR --from -2h --service video-renderer",
                "  ./throughline logs --user user_0007 --all > user_0007.ndjson",
                "  ./throughline logs --follow --min-level WARNING",
                "  ./throughline logs --follow --job job_999 --until job_end", "",
                "Exit 0 also when nothing was found (stderr says so), 1 when the shipper refuses or is away."})
final class LogsCommand implements Callable<Integer> {

    private static final int PAGE = 10_000;
    private static final String BACKLOG = "10";
    private static final int CHUNK = 16 * 1024;

    private final Terminal terminal;
    private final Settings settings;
    private final Clock clock;
    private final Map<String, String> query = new LinkedHashMap<>();
    private final Set<String> missing = new TreeSet<>();

    @Option(names = "--all", description = "every match, page after page; --limit is the size of a page then")
    private boolean all;

    @Option(names = {"-f",
            "--follow"}, description = "lines as they are stored, after the newest 10 (or --limit) so far")
    private boolean follow;

    @Option(names = "--until", paramLabel = "job_end|batch_end", description = "with --follow: until --job or --batch ends")
    private @Nullable String until;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--url", paramLabel = "URL", //
            description = "the shipper; default THROUGHLINE_SHIPPER_URL, else http://localhost:8001")
    private @Nullable String url;

    LogsCommand() {
        this(Terminal.system(), Settings.of(System.getenv()), Clock.systemUTC());
    }

    LogsCommand(Terminal terminal, Settings settings, Clock clock) {
        this.terminal = terminal;
        this.settings = settings;
        this.clock = clock;
    }

    @Option(names = "--trace", paramLabel = "ID", description = "of this trace")
    void trace(String id) {
        query.put("trace_id", id);
    }

    @Option(names = "--request", paramLabel = "ID", description = "of this request")
    void request(String id) {
        query.put("request_id", id);
    }

    @Option(names = "--user", paramLabel = "ID", description = "on behalf of this user")
    void user(String id) {
        query.put("user_id", id);
    }

    @Option(names = "--job", paramLabel = "ID", description = "of this job")
    void job(String id) {
        query.put("job_id", id);
    }

    @Option(names = "--batch", paramLabel = "ID", description = "of this batch")
    void batch(String id) {
        query.put("batch_id", id);
    }

    @Option(names = "--service", paramLabel = "NAME", description = "from this service")
    void service(String name) {
        query.put("service", name);
    }

    @Option(names = "--logger", paramLabel = "NAME", description = "from this logger")
    void logger(String name) {
        query.put("logger", name);
    }

    @Option(names = "--level", paramLabel = "LEVEL", //
            description = "at exactly this level: DEBUG, INFO, WARNING, ERROR, CRITICAL")
    void level(String level) {
        query.put("level", level);
    }

    @Option(names = "--min-level", paramLabel = "LEVEL", description = "at this level or above")
    void minLevel(String level) {
        query.put("min_level", level);
    }

    @Option(names = "--error-code", paramLabel = "CODE", description = "with this error code")
    void errorCode(String code) {
        query.put("error_code", code);
    }

    @Option(names = "--status-code", paramLabel = "CODE", description = "with this HTTP status")
    void statusCode(String code) {
        query.put("status_code", code);
    }

    @Option(names = "--from", paramLabel = "TIME", //
            description = "not before: 2026-01-28T15:30:00Z, 2026-01-28, -2h, today, yesterday, today-2h")
    void from(String time) {
        query.put("from", absolute("--from", time));
    }

    @Option(names = "--to", paramLabel = "TIME", description = "before: the same forms")
    void to(String time) {
        query.put("to", absolute("--to", time));
    }

    @Option(names = {"-q", "--query"}, paramLabel = "TEXT", description = "full text")
    void query(String text) {
        query.put("q", text);
    }

    @Option(names = "--limit", paramLabel = "N", description = "at most so many lines (default 100, at most 10000)")
    void limit(String limit) {
        query.put("limit", limit);
    }

    @Option(names = "--order", paramLabel = "newest|oldest", description = "which come first (default newest)")
    void order(String order) {
        query.put("order", order);
    }

    @Override
    public Integer call() {
        checkOptions();
        try (var shipper = client()) {
            if (follow) {
                return new Follower(terminal, shipper).follow(followed());
            }
            boolean found = all ? allPages(shipper) : firstPage(shipper);
            if (!missing.isEmpty()) {
                terminal.err().println("logs: incomplete: " + String.join(", ", missing)
                        + " did not answer, what it holds is missing");
            }
            if (!found) {
                terminal.err().println("logs: nothing found");
            }
            return 0;
        } catch (Refused e) {
            terminal.err().println("logs: " + e.getMessage());
            return e.exitCode();
        } catch (IllegalArgumentException e) {
            terminal.err().println("logs: " + e.getMessage());
            return 1;
        }
    }

    private void checkOptions() {
        if (until != null && !follow) {
            throw misused("--until needs --follow");
        }
        for (String parameter : follow ? List.of("from", "to", "order") : List.<String>of()) {
            if (query.containsKey(parameter)) {
                throw misused("--follow shows what arrives from now on: leave out --" + parameter);
            }
        }
        if (follow && all) {
            throw misused("--follow shows what arrives from now on: leave out --all");
        }
    }

    private ParameterException misused(String message) {
        return new ParameterException(Objects.requireNonNull(spec, "picocli sets it").commandLine(), message);
    }

    private Map<String, String> followed() {
        Map<String, String> asked = new LinkedHashMap<>(query);
        String backlog = asked.remove("limit");
        asked.put("backlog", backlog == null ? BACKLOG : backlog);
        if (until != null) {
            asked.put("until", until);
        }
        return asked;
    }

    private ShipperClient client() throws Refused {
        settings.rejectUnknown();
        return ShipperClient.of(url, settings);
    }

    /** What one answer held: how many lines, where it goes on, and how many lines there are in all. */
    private record Page(long lines, @Nullable String next, String matched) {}

    /** A pipe behind it sees only what came: somebody has to say that there is more than was asked for. */
    private boolean firstPage(ShipperClient shipper) throws Refused {
        Page page = page(shipper, query);
        if (page.next() != null && !Long.toString(page.lines()).equals(query.get("limit"))) {
            terminal.err()
                    .println("logs: " + page.matched() + " lines match; --all brings all of them, --limit N more");
        }
        return page.lines() > 0;
    }

    private boolean allPages(ShipperClient shipper) throws Refused {
        Map<String, String> asked = new LinkedHashMap<>(query);
        asked.putIfAbsent("limit", Integer.toString(PAGE));
        long lines = 0;
        while (true) {
            Page page = page(shipper, asked);
            lines += page.lines();
            String next = page.next();
            if (next == null || next.equals(asked.get("cursor")) || terminal.closed()) {
                return lines > 0;
            }
            asked.put("cursor", next);
        }
    }

    private Page page(ShipperClient shipper, Map<String, String> asked) throws Refused {
        HttpResponse<InputStream> answer = shipper.get("/api/v1/logs", asked);
        answer.headers().firstValue("X-Missing-Peers").ifPresent(peers -> missing.addAll(List.of(Printable.text(peers)
                .split(","))));
        try (InputStream body = answer.body()) {
            return new Page(copy(body), answer.headers().firstValue("X-Next-Cursor").filter(c -> !c.isBlank())
                    .orElse(null), answer.headers().firstValue("X-Total-Matched").orElse("more"));
        } catch (IOException e) {
            throw new Refused("the answer from " + shipper.address() + " broke off: " + e.getMessage(), e);
        }
    }

    /** How many lines came. */
    private long copy(InputStream body) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long lines = 0;
        for (int n = body.read(chunk); n >= 0 && !terminal.closed(); n = body.read(chunk)) {
            terminal.out().write(chunk, 0, n);
            terminal.out().flush();
            lines += ends(chunk, n);
        }
        return lines;
    }

    private static int ends(byte[] chunk, int length) {
        int ends = 0;
        for (int i = 0; i < length; i++) {
            ends += chunk[i] == '\n' ? 1 : 0;
        }
        return ends;
    }

    private String absolute(String option, String time) {
        try {
            return Times.parse(option, time, clock.instant()).toString();
        } catch (IllegalArgumentException e) {
            throw misused(String.valueOf(e.getMessage()));
        }
    }
}
