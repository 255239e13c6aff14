package io.throughline.local.replay;

import io.throughline.local.Progress;
import io.throughline.local.ShipperClient;
import io.throughline.local.Terminal;
import io.throughline.publish.Settings;
import io.throughline.replay.ReplayException;
import io.throughline.replay.Scanned;
import io.throughline.replay.Stretch;
import io.throughline.replay.TopicScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What every replay command works with.
 *
 * @param terminal where it reads and writes
 * @param settings the environment
 * @param clock what {@code now} means
 */
record Desk(Terminal terminal, Settings settings, Clock clock) {

    /** The desk of this process. */
    static Desk system() {
        return new Desk(Terminal.system(), Settings.of(System.getenv()), Clock.systemUTC());
    }

    /** What a command does; the answer is the exit code. */
    interface Work {
        int run() throws IOException, ShipperClient.Refused;
    }

    /** Runs a command and turns what went wrong into a line on stderr: exit code 2 for bad input, 1 for the rest. */
    int run(String command, Work work) {
        try {
            settings.rejectUnknown();
            int code = work.run();
            terminal.out().flush();
            return code;
        } catch (IllegalArgumentException e) {
            return fail(command, e, 2);
        } catch (ReplayException | ShipperClient.Refused | IOException | UncheckedIOException e) {
            return fail(command, e, 1);
        }
    }

    private int fail(String command, Exception why, int code) {
        terminal.out().flush();
        terminal.err().println("replay " + command + ": " + why.getMessage());
        return code;
    }

    /** Refuses a file to write whose folder is not there, before anything is read for it; {@code option} names it. */
    static void requireFolder(String option, Path file) {
        if (!Files.isDirectory(Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file))) {
            throw new IllegalArgumentException(option + file + ": there is no such folder");
        }
    }

    /** A remark that is no result. */
    void say(String remark) {
        terminal.err().println(remark);
    }

    /** In which order stretches are read. */
    interface Way {
        Scanned run(TopicScan topics, Collection<Stretch> stretches, Predicate<ConsumerRecord<byte[], byte[]>> taker,
                LongConsumer progress);
    }

    /** Reads the stretches with a bar in a terminal; stops early when nobody reads the results any more. */
    Scanned scan(TopicScan topics, Way way, String task, Collection<Stretch> stretches,
            Predicate<ConsumerRecord<byte[], byte[]>> taker) {
        long offsets = stretches.stream().mapToLong(Stretch::length).sum();
        try (Progress bar = Progress.ofRecords(terminal, task, offsets)) {
            return way.run(topics, stretches, taker, done -> bar.at(done, done));
        }
    }
}
