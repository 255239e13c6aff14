package io.throughline.local;

import io.throughline.event.Topic;
import io.throughline.publish.KafkaProducers;
import io.throughline.publish.Settings;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code publish}: NDJSON from a file or stdin to Kafka. */
@Command(name = "publish", mixinStandardHelpOptions = true, sortOptions = false, //
        description = "Publishes NDJSON, one record a line, to Kafka.", footer = {
                "", "A line is {\"topic\":…,\"headers\":{…},\"key\":…,\"value\":{…}}.",
                "Topic and key may be left out: the value's event_type decides, and a value",
                "with level and message is a log line. The value's bytes are published as they",
                "stand; its timestamp becomes the record's.", "", "Examples:",
                "  ./throughline publish events.ndjson",
                "  zcat events.ndjson.gz | ./throughline publish",
                "  jq -c '{value: .}' bare-events.json | ./throughline publish",
                "",
                "Exit 0: every record was acknowledged. 1: lines were skipped or records failed; stderr says which."})
final class PublishCommand implements Callable<Integer> {

    private static final int LONGEST_LINE = 16 * 1024 * 1024;
    private static final Duration AT_ONCE = Duration.ZERO;

    private final Terminal terminal;
    private final Settings settings;
    private final Brokers brokers;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "NDJSON file; stdin when left out or -")
    private @Nullable String file;

    /** The brokers as this command needs them. */
    interface Brokers {

        /** The topics they have; {@link KafkaException} when they cannot be reached within seconds. */
        Set<String> topics(Settings settings);

        /** A producer to them. */
        Producer<byte[], byte[]> producer(Settings settings);
    }

    PublishCommand() {
        this(Terminal.system(), Settings.of(System.getenv()), new KafkaBrokers());
    }

    PublishCommand(Terminal terminal, Settings settings, Brokers brokers) {
        this.terminal = terminal;
        this.settings = settings;
        this.brokers = brokers;
    }

    @Override
    public Integer call() {
        try (InputStream in = open()) {
            settings.rejectUnknown();
            return publish(in);
        } catch (IllegalArgumentException e) {
            terminal.err().println("publish: " + e.getMessage());
            return 2;
        } catch (NoSuchFileException e) {
            return fail("there is no file " + name() + (namesTopic()
                    ? "; a topic stands in the line, or follows from its event_type: publish reads NDJSON from a file or"
                            + " from stdin"
                    : ""));
        } catch (IOException e) {
            return fail("cannot read " + name() + ": " + e);
        }
    }

    private int publish(InputStream in) throws IOException {
        Set<String> topics;
        try {
            topics = brokers.topics(settings);
        } catch (KafkaException e) {
            return fail("no Kafka broker answers at " + settings.bootstrapServers()
                    + "; start one with ./throughline up, or set THROUGHLINE_BOOTSTRAP_SERVERS ("
                    + Printable.text(String.valueOf(e.getMessage())) + ")");
        }
        Producer<byte[], byte[]> producer = brokers.producer(settings);
        var publication = new Publication(producer,
                new LineRecords(settings.topicPrefix(), Clock.systemUTC()), topics, terminal.err());
        long started = System.nanoTime();
        Publication.Outcome outcome;
        try (Progress progress = progress()) {
            outcome = publication.run(new Lines(in, LONGEST_LINE), progress);
        } finally {
            producer.close(publication.lost() == null ? Duration.ofSeconds(5) : AT_ONCE);
        }
        return report(publication, outcome, (System.nanoTime() - started) / 1e9);
    }

    private int report(Publication publication, Publication.Outcome outcome, double seconds) {
        terminal.out().println(summary(outcome, seconds));
        terminal.out().flush();
        if (publication.lost() != null) {
            return fail("the brokers at " + settings.bootstrapServers() + " stopped answering; stopped after line "
                    + publication.lineNumber());
        }
        return outcome.complete() ? 0 : 1;
    }

    static String summary(Publication.Outcome outcome, double seconds) {
        var said = new StringBuilder(
                "published " + outcome.acknowledged() + " of " + outcome.records() + " records");
        if (outcome.complete()) {
            said.append(", all acknowledged");
        }
        if (outcome.skipped() > 0) {
            said.append(", ").append(outcome.skipped()).append(outcome.skipped() == 1 ? " line" : " lines")
                    .append(" skipped");
        }
        if (outcome.failed() > 0) {
            said.append(", ").append(outcome.failed()).append(" not acknowledged");
        }
        return said.append(String.format(Locale.ROOT, " (%,.0f/s)", outcome.acknowledged() / Math.max(seconds, 1e-3)))
                .toString();
    }

    private Progress progress() throws IOException {
        return terminal.progress() ? Progress.bar(terminal, fromStdin() ? -1 : Files.size(path())) : Progress.NONE;
    }

    private InputStream open() throws IOException {
        return fromStdin() ? terminal.in() : new BufferedInputStream(Files.newInputStream(path()));
    }

    private boolean fromStdin() {
        return file == null || file.equals("-");
    }

    private Path path() {
        return Path.of(String.valueOf(file));
    }

    private boolean namesTopic() {
        return Arrays.stream(Topic.values())
                .anyMatch(topic -> name().equals(topic.name(settings.topicPrefix())) || name().equals(topic.name("")));
    }

    private String name() {
        return fromStdin() ? "stdin" : path().toString();
    }

    private int fail(String why) {
        terminal.err().println("publish: " + why);
        return 1;
    }

    /** Real brokers, asked for their topics first, so that an absent broker is known in seconds and not in minutes. */
    static final class KafkaBrokers implements Brokers {

        @Override
        public Set<String> topics(Settings settings) {
            return KafkaTopics.names(settings);
        }

        @Override
        public Producer<byte[], byte[]> producer(Settings settings) {
            return KafkaProducers.create(settings, "throughline-publish", Map.of());
        }
    }
}
