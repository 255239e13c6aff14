package io.throughline.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.publish.Settings;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PublishCommandTest {

    private static final Set<String> TOPICS = Set.of("throughline.cache", "throughline.logs", "throughline.jobs",
            "throughline.llm");
    private static final String GOOD = """
            {"value":{"event_type":"cache.miss","trace_id":"t1","cache":"prompts"}}
            """;

    private final Screen screen = new Screen();
    private @Nullable Exception refusal;
    private final MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, new ByteArraySerializer(),
            new ByteArraySerializer()) {
        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            return super.send(record, (metadata, failure) -> callback.onCompletion(metadata,
                    failure == null ? refusal : failure));
        }
    };

    @Test
    void everyLine_isPublishedAndAcknowledged() {
        int exit = publish(GOOD.repeat(3));

        assertThat(exit).isZero();
        assertThat(producer.history()).hasSize(3);
        assertThat(screen.out()).matches("published 3 of 3 records, all acknowledged \\([\\d,]+/s\\)\\R");
        assertThat(screen.err()).isEmpty();
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void emptyLines_areIgnored() {
        int exit = publish("\n" + GOOD + "  \r\n\n" + GOOD);

        assertThat(exit).isZero();
        assertThat(screen.out()).startsWith("published 2 of 2 records, all acknowledged");
    }

    @Test
    void nothing_isAllAcknowledged() {
        assertThat(publish("")).isZero();
        assertThat(screen.out()).startsWith("published 0 of 0 records, all acknowledged");
    }

    @Test
    void unusableLines_areNamedAndSkippedAndTheRestIsPublished() {
        int exit = publish(GOOD + "nonsense\n" + GOOD + "\n{\"value\":{}}\n" + GOOD);

        assertThat(exit).isEqualTo(1);
        assertThat(producer.history()).hasSize(3);
        assertThat(screen.errLines()).hasSize(2);
        assertThat(screen.errLines().get(0)).startsWith("line 2 is not JSON");
        assertThat(screen.errLines().get(1)).startsWith("line 5 names no \"topic\"");
        assertThat(screen.out()).startsWith("published 3 of 5 records, 2 lines skipped");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"})
    void linesInAnotherEncoding_areEachNamed(String encoding) {
        byte[] lines = GOOD.repeat(2).getBytes(Charset.forName(encoding));
        var terminal = new Terminal(new ByteArrayInputStream(lines), print(), screen.terminal("").err(), false, 80,
                false);
        int exit = run(terminal, new Mocked(), List.of());

        assertThat(exit).isEqualTo(1);
        assertThat(producer.history()).isEmpty();
        assertThat(screen.errLines()).isNotEmpty().allMatch(line -> line.matches("line \\d+ is not JSON: .+"));
    }

    @Test
    void byteOrderMark_isNoPartOfTheFirstLine() {
        assertThat(publish("\uFEFF" + GOOD)).isZero();
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void unknownSetting_isOneLine() {
        var mistyped = Settings.of(Map.of("THROUGHLINE_TOPIC_PERFIX", "x."));
        assertThat(new CommandLine(new PublishCommand(screen.terminal(GOOD), mistyped, new Mocked())).execute())
                .isEqualTo(2);
        assertThat(screen.errLines()).hasSize(1);
        assertThat(screen.err()).startsWith("publish: unknown setting THROUGHLINE_TOPIC_PERFIX; did you mean");
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void topicThatDoesNotExist_isReported() {
        int exit = publish("{\"topic\":\"llm\",\"value\":{}}\n" + GOOD);

        assertThat(exit).isEqualTo(1);
        assertThat(screen.err())
                .contains("line 1 names the topic \"llm\", which does not exist; did you mean throughline.llm?");
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void refusedRecord_isNamedAndCounted() {
        refusal = new RecordTooLargeException("2 MB is too large");
        int exit = publish(GOOD);

        assertThat(exit).isEqualTo(1);
        assertThat(screen.err()).contains("line 1 was not acknowledged: 2 MB is too large");
        assertThat(screen.out()).startsWith("published 0 of 1 records, 1 not acknowledged");
    }

    @Test
    void brokersThatStopAnswering_endTheRun() {
        refusal = new TimeoutException("expired");
        int exit = publish(GOOD.repeat(1000));

        assertThat(exit).isEqualTo(1);
        assertThat(producer.history()).hasSize(1);
        assertThat(screen.err()).contains("stopped answering; stopped after line 1");
    }

    @Test
    void noBroker_isOneLineThatNamesTheAddress() {
        int exit = run(screen.terminal(GOOD), new Absent(), List.of());

        assertThat(exit).isEqualTo(1);
        assertThat(screen.out()).isEmpty();
        assertThat(screen.errLines()).hasSize(1);
        assertThat(screen.err()).contains("no Kafka broker answers at localhost:1");
    }

    @Test
    @Timeout(15)
    void absentRealBroker_isKnownWithinTenSeconds() {
        var command = new PublishCommand(screen.terminal(GOOD),
                Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", "127.0.0.1:1")), new PublishCommand.KafkaBrokers());
        long started = System.nanoTime();

        assertThat(new CommandLine(command).execute()).isEqualTo(1);
        assertThat((System.nanoTime() - started) / 1e9).isLessThan(10);
        assertThat(screen.errLines()).hasSize(1);
        assertThat(screen.err()).contains("no Kafka broker answers at 127.0.0.1:1");
    }

    @Test
    void file_isRead(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("events.ndjson"), GOOD + GOOD);

        assertThat(run(screen.terminal(""), new Mocked(), List.of(file.toString()))).isZero();
        assertThat(producer.history()).hasSize(2);
    }

    @Test
    void dash_isStdin() {
        assertThat(run(screen.terminal(GOOD), new Mocked(), List.of("-"))).isZero();
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void missingFile_isOneLine() {
        assertThat(run(screen.terminal(""), new Mocked(), List.of("/no/such/file"))).isEqualTo(1);
        assertThat(screen.errLines()).hasSize(1);
        assertThat(screen.err()).contains("/no/such/file").doesNotContain("topic");
    }

    @Test
    void topicWhereTheFileBelongs_isRecognised() {
        for (String topic : List.of("throughline.llm", "llm")) {
            assertThat(run(screen.terminal(""), new Mocked(), List.of(topic))).isEqualTo(1);
            assertThat(screen.errLines()).last().asString()
                    .contains("there is no file " + topic + "; a topic stands in the line");
        }
    }

    @Test
    void help_showsExamples() {
        String usage = new CommandLine(new PublishCommand(screen.terminal(""), settings(), new Mocked()))
                .getUsageMessage();

        assertThat(usage).contains("Examples:", "./throughline publish events.ndjson", "| ./throughline publish");
    }

    @Test
    void halfAMillionLines_areAllAcknowledged() {
        var counted = new MockProducer<byte[], byte[]>(true, null, new ByteArraySerializer(),
                new ByteArraySerializer()) {
            private long sent;

            @Override
            public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
                if (++sent % 10_000 == 0) {
                    clear();
                }
                return super.send(record, callback);
            }
        };
        var repeated = new Terminal(new Repeated(GOOD.getBytes(UTF_8), 500_000), print(), print(), false, 80, false);

        assertThat(run(repeated, new Brokers(counted), List.of())).isZero();
        assertThat(screen.out()).startsWith("published 500000 of 500000 records, all acknowledged");
    }

    private PrintStream print() {
        return screen.terminal("").out();
    }

    private int publish(String ndjson) {
        return run(screen.terminal(ndjson), new Mocked(), List.of());
    }

    private static int run(Terminal terminal, PublishCommand.Brokers brokers, List<String> arguments) {
        return new CommandLine(new PublishCommand(terminal, settings(), brokers))
                .execute(arguments.toArray(String[]::new));
    }

    private static Settings settings() {
        return Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", "localhost:1"));
    }

    private final class Mocked extends Brokers {
        Mocked() {
            super(producer);
        }
    }

    private static class Brokers implements PublishCommand.Brokers {
        private final Producer<byte[], byte[]> producer;

        Brokers(Producer<byte[], byte[]> producer) {
            this.producer = producer;
        }

        @Override
        public Set<String> topics(Settings settings) {
            return TOPICS;
        }

        @Override
        public Producer<byte[], byte[]> producer(Settings settings) {
            return producer;
        }
    }

    private static final class Absent implements PublishCommand.Brokers {
        @Override
        public Set<String> topics(Settings settings) {
            throw new KafkaException("timed out");
        }

        @Override
        public Producer<byte[], byte[]> producer(Settings settings) {
            throw new AssertionError("asked for a producer to absent brokers");
        }
    }

    /** The same bytes over and over. */
    private static final class Repeated extends InputStream {
        private final byte[] bytes;
        private long left;
        private ByteArrayInputStream current = new ByteArrayInputStream(new byte[0]);

        Repeated(byte[] bytes, long times) {
            this.bytes = bytes;
            this.left = times;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0];
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (current.available() == 0) {
                if (left-- <= 0) {
                    return -1;
                }
                current = new ByteArrayInputStream(bytes);
            }
            return current.read(into, offset, length);
        }
    }
}
