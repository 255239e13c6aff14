package io.throughline.bench;

import io.throughline.local.Home;
import io.throughline.local.Terminal;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench replay}: recounting against the bare fetch of the same records, and one trace against kcat and grep. */
@Command(name = "replay", description = {
        "Measures a recount of all events against the bare fetch of the same records, and",
        "showing one trace with a log shipper's store against kcat piped into grep."})
final class ReplayCommand implements Callable<Integer> {

    private static final long SEED = 42;
    private static final Instant FIRST = Instant.parse("2026-01-28T12:00:00Z");
    private static final Instant FIRST_CALL = Instant.parse("2026-01-29T00:00:00Z");

    @Option(names = "--events", paramLabel = "N", defaultValue = "1000000", description = "events that are recounted (default: ${DEFAULT-VALUE})")
    private long events;

    @Option(names = "--rounds", paramLabel = "R", defaultValue = "3", description = "how often each is measured, in turn (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--calls", paramLabel = "N", defaultValue = "0", description = "LLM calls that are published besides, before a"
            + " trace is looked for: 10000000 fill throughline.llm with ten million")
    private long calls;

    @Spec
    private @Nullable CommandSpec spec;

    private final Terminal terminal;

    ReplayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (events < 1_000 || events > 10_000_000 || rounds < 1 || rounds > 100 || calls < 0 || calls > 20_000_000) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(),
                    "--events must be from 1000 to 10000000, --rounds from 1 to 100 and --calls from 0 to 20000000, got "
                            + events + ", " + rounds + " and " + calls);
        }
        try (var playground = Playground.open(Home.find(), null)) {
            tell(events + " events are published");
            Filling.publish(new Events(SEED, FIRST), events, playground.bootstrapServers(), done -> {});
            new ReplayRecount(playground.bootstrapServers(), events, terminal).measure(rounds);
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
