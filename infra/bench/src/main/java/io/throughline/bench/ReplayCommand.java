package io.throughline.bench;

import io.throughline.local.Home;
import io.throughline.local.Terminal;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench replay}: recounting against the bare fetch of the same records, and one trace against kcat and grep. */
@Command(name = "replay", mixinStandardHelpOptions = true, description = {
        "Measures a recount of all events against the bare fetch of the same records, and",
        "showing one trace with a log shipper's store against kcat piped into grep."})
final class ReplayCommand implements Callable<Integer> {

    private static final long SEED = 42;
    private static final long MOST_CALLS = 20_000_000;
    private static final Instant FIRST = Instant.parse("2026-01-28T12:00:00Z");
    private static final Instant FIRST_CALL = Instant.parse("2026-01-29T00:00:00Z");

    @Option(names = "--events", paramLabel = "N", defaultValue = "1000000", description = "events that are recounted (default: ${DEFAULT-VALUE})")
    private long events;

    @Mixin
    private final Rounds rounds = new Rounds();

    @Option(names = "--calls", paramLabel = "N", defaultValue = "0", description = "LLM calls that are published besides, before a"
            + " trace is looked for: 10000000 fill throughline.llm with ten million")
    private long calls;

    private final Terminal terminal;

    ReplayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        rounds.require("--events", events, Plan.FEWEST_EVENTS, Plan.MOST_EVENTS);
        rounds.require("--calls", calls, 0, MOST_CALLS);
        int count = rounds.count();
        try (var playground = Playground.open(Home.find(), null)) {
            tell(events + " events are published");
            Filling.publish(new Events(SEED, FIRST), events, playground.bootstrapServers(), done -> {});
            new ReplayRecount(playground.bootstrapServers(), events, terminal).measure(count);
            if (calls > 0) {
                tell(calls + " calls are published");
                Filling.publishCalls(new Events(SEED + 1, FIRST_CALL), calls, playground.bootstrapServers(),
                        done -> {});
            }
            new ReplayTrace(playground, events + calls, terminal).measure();
        }
        return 0;
    }

    private void tell(String remark) {
        terminal.err().println(remark);
    }
}
