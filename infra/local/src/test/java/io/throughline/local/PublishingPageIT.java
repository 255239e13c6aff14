package io.throughline.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.throughline.event.Codec;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LogRecord;
import io.throughline.event.Topic;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceHeaders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What PUBLISHING.md shows for the shell and for Python, sent to a real broker and read as our readers read it. */
@Timeout(120)
class PublishingPageIT {

    private static final String PREFIX = "throughline.";
    private static final WireRecords RECORDS = new WireRecords(PREFIX, Clock.systemUTC());
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private static Path scratch;
    private static ChildBroker broker;

    @BeforeAll
    static void startBroker() throws InterruptedException {
        broker = ChildBroker.start(Home.find(), scratch.resolve("broker"), 0, PATIENCE);
        FreshTopics.create(broker.bootstrapServers(), PREFIX);
    }

    @AfterAll
    static void stopBroker() {
        broker.close();
    }

    @Test
    void linesForTheShell_sendRecordsThatAreRead() throws Exception {
        assumeTrue(runs("kcat", "-V"), "kcat is not installed");
        for (String lines : blocks("sh")) {
            run(Map.of(), "sh", "-c", lines.replace("localhost:9092", broker.bootstrapServers()));
        }
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assertThat(events(Topic.LLM, trace)).singleElement().isInstanceOfSatisfying(LlmCompleted.class,
                call -> assertThat(call.promptTokens()).isEqualTo(374));
        assertThat(logs(trace)).singleElement()
                .satisfies(line -> assertThat(line.message()).isEqualTo("Request processed"));
    }

    @Test
    void exampleForPython_sendsRecordsThatAreRead() throws Exception {
        Optional<String> python = Stream.of("/usr/bin/python3", "python3")
                .filter(each -> runs(each, "-c", "import confluent_kafka")).findFirst();
        assumeTrue(python.isPresent(), "python3 with confluent_kafka (python3-confluent-kafka) is not installed");
        Path example = Files.writeString(scratch.resolve("example.py"), blocks("python").getFirst());
        run(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", broker.bootstrapServers()), python.get(), example.toString());
        LogRecord written = logs(null).stream().filter(line -> line.message().equals("Script written")).findAny()
                .orElseThrow();
        String trace = written.context().traceId();
        assertThat(trace).matches("[0-9a-f]{32}");
        assertThat(written.context().userId()).isEqualTo("user_789");
        assertThat(events(Topic.LLM, trace)).hasSize(1);
        assertThat(events(Topic.JOBS, trace)).singleElement().isInstanceOf(JobCompleted.class);
        assertThat(logs(null)).anySatisfy(line -> assertThat(line.stackTrace()).contains("ValueError: no such model"));
    }

    private static List<String> blocks(String language) throws IOException {
        var fence = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL);
        String page = Files
                .readString(Home.find().topicsFile().resolve("../../producer-api/PUBLISHING.md").normalize());
        return fence.matcher(page).results().map(block -> block.group(1)).toList();
    }

    private static List<Event> events(Topic topic, String trace) throws Exception {
        List<Event> events = new ArrayList<>();
        for (var record : read(topic)) {
            if (trace.equals(TraceHeaders.text(record.headers(), TraceHeaders.TRACE_ID))) {
                events.add(RECORDS.event(topic, record.headers(), record.value()).value());
            }
        }
        return events;
    }

    /** Those of a trace; null for all. */
    private static List<LogRecord> logs(@Nullable String trace) throws Exception {
        List<LogRecord> lines = new ArrayList<>();
        for (var record : read(Topic.LOGS)) {
            var context = TraceHeaders.read(record.headers()).orElseThrow();
            if (trace == null || trace.equals(context.traceId())) {
                lines.add(Codec.decodeLog(record.value(), context).value());
            }
        }
        return lines;
    }

    private static List<ConsumerRecord<byte[], byte[]>> read(Topic topic) {
        List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", broker.bootstrapServers()),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(topic.name(PREFIX)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                consumer.poll(Duration.ofMillis(200)).forEach(read::add);
            }
        }
        return read;
    }

    private static boolean runs(String... command) {
        try {
            run(Map.of(), command);
            return true;
        } catch (IOException | InterruptedException | AssertionError e) {
            return false;
        }
    }

    private static void run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }
}
