package io.throughline.local.replay;

import io.throughline.local.Terminal;
import io.throughline.replay.InputRecord;
import io.throughline.replay.RecordJson;
import io.throughline.replay.Selection;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code replay show}: records as they stand in Kafka, as NDJSON. */
@Command(name = "show", mixinStandardHelpOptions = true, sortOptions = false, //
        description = "Prints matching records as NDJSON: topic, partition, offset, timestamp, key, headers, value.", //
        footer = {"", "Examples:", "  ./throughline replay show --trace 4bf92f3577b34da6a3ce929d0e0e4736",
                "  ./throughline replay show --topic llm --from -2h --where 'status=error and latency_seconds>10'",
                "  ./throughline replay show --user user_0007 --from today | jq -r .value.event_type",
                "", "A field that a record lacks fulfils no comparison. header.NAME is a header; topic,",
                "partition, offset and key are names too. A value that is not JSON is value_base64.",
                "Exit 0 also when nothing was found; stderr says so."})
final class ShowCommand implements Callable<Integer> {

    private final Desk desk;

    @Mixin
    private SelectionOptions selecting = new SelectionOptions();

    @Mixin
    private CapsuleOptions capsules = new CapsuleOptions();

    @Mixin
    private StoreOptions storing = new StoreOptions();

    @Option(names = "--limit", paramLabel = "N", description = "stops after so many records")
    private long limit = Long.MAX_VALUE;

    ShowCommand() {
        this(Desk.system());
    }

    ShowCommand(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Integer call() {
        return desk.run("show", () -> {
            if (limit < 1) {
                throw new IllegalArgumentException("--limit must be at least 1, got " + limit);
            }
            Selection selection = selecting.selection(desk.settings().topicPrefix(), desk.clock());
            var lines = new Lines(desk.terminal());
            new Finder(desk, selection, storing).find(capsules.capsule(desk), lines);
            if (lines.printed == 0) {
                desk.say("nothing found");
            }
            return 0;
        });
    }

    private final class Lines implements Predicate<InputRecord> {
        private final Terminal terminal;
        private long printed;

        Lines(Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public boolean test(InputRecord found) {
            byte[] line = RecordJson.line(found);
            terminal.out().write(line, 0, line.length);
            terminal.out().write('\n');
            printed++;
            return printed < limit && !terminal.closed();
        }
    }
}
