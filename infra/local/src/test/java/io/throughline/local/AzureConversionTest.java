package io.throughline.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.event.LlmCompleted;
import io.throughline.event.LlmStatus;
import io.throughline.event.Topic;
import io.throughline.publish.WireRecords;
import io.throughline.trace.Traceparent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the commands of the README, as they stand there, on a small file in the same form. */
class AzureConversionTest {

    private static final String FILE = "azure-llm-conv-2023.csv";
    private static final String CSV = """
            TIMESTAMP,ContextTokens,GeneratedTokens
            2023-11-16 18:15:46.6805900,374,44
            2023-11-16 18:15:50.9951690,396,109
            2023-11-16 18:15:51.2224670,879,55
            2023-11-16 19:14:08.0000001,197,0""";
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-28T15:30:00Z"), ZoneOffset.UTC);

    private final WireRecords wire = new WireRecords("throughline.", CLOCK);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void everyRow_becomesAnEventThatDecodes() throws Exception {
        List<LlmCompleted> events = events();

        assertThat(events).hasSize(4).allSatisfy(event -> {
            assertThat(event.origin().service()).isEqualTo("azure-conversation");
            assertThat(event.model()).isEqualTo("azure-llm-conv");
            assertThat(event.status()).isEqualTo(LlmStatus.SUCCESS);
        });
        assertThat(events.stream().map(event -> event.origin().eventId())).doesNotHaveDuplicates();
        assertThat(events.stream().map(LlmCompleted::latencySeconds)).containsExactly(0.93, 2.23, 1.15, 0.05);
    }

    @Test
    void eventTime_keepsItsSevenDigits() throws Exception {
        assertThat(events().stream().map(event -> event.origin().timestamp().toString())).containsExactly(
                "2023-11-16T18:15:46.680590Z", "2023-11-16T18:15:50.995169Z", "2023-11-16T18:15:51.222467Z",
                "2023-11-16T19:14:08.000000100Z");
        assertThat(records().getFirst().timestamp()).isEqualTo(1700158546680L);
        assertThat(records().getFirst().value()).asString(UTF_8).contains("\"2023-11-16T18:15:46.6805900Z\"");
    }

    @Test
    void everyRow_hasAW3cTraceOfItsOwn() throws Exception {
        List<String> traces = new ArrayList<>();
        for (var record : records()) {
            assertThat(record.key()).isEqualTo(record.headers().lastHeader("trace_id").value());
            traces.add(new String(record.headers().lastHeader("trace_id").value(), UTF_8));
        }

        assertThat(traces).doesNotHaveDuplicates().allMatch(Traceparent::isTraceId)
                .startsWith("00000000000000000000000000000001");
    }

    @Test
    void sums_areWhatTheReadmeSumsFromTheFile() throws Exception {
        long prompt = events().stream().mapToLong(LlmCompleted::promptTokens).sum();
        long completion = events().stream().mapToLong(LlmCompleted::completionTokens).sum();

        assertThat(shell(command("LC_ALL=C awk -F, 'NR>1{n++;")))
                .isEqualToIgnoringNewLines("requests " + events().size()
                        + " prompt " + prompt + " completion " + completion + " tokens " + (prompt + completion));
        assertThat(prompt).isEqualTo(374 + 396 + 879 + 197);
        assertThat(completion).isEqualTo(44 + 109 + 55);
    }

    private List<LlmCompleted> events() throws Exception {
        List<LlmCompleted> events = new ArrayList<>();
        for (var record : records()) {
            assertThat(record.topic()).isEqualTo("throughline.llm");
            events.add((LlmCompleted) wire.event(Topic.LLM, record.headers(), record.value()).value());
        }
        return events;
    }

    private List<ProducerRecord<byte[], byte[]>> records() throws Exception {
        String convert = command("LC_ALL=C awk -F, 'NR>1{sub(").replace(" | ./throughline publish", "");
        var lines = new LineRecords("throughline.", CLOCK);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String line : shell(convert).lines().toList()) {
            records.add(lines.of(PublishedLine.parse(line.getBytes(UTF_8))));
        }
        return records;
    }

    private static String command(String start) throws IOException {
        List<String> found = Files.readAllLines(Path.of("README.md")).stream().filter(line -> line.startsWith(start))
                .toList();
        assertThat(found).as("README.md shows a command that starts with " + start).hasSize(1);
        return found.getFirst();
    }

    private String shell(String command) throws Exception {
        Files.writeString(folder.resolve(FILE), CSV);
        Process bash = new ProcessBuilder("bash", "-c", command).directory(folder.toFile()).redirectErrorStream(true)
                .start();
        String answer = new String(bash.getInputStream().readAllBytes(), UTF_8);
        assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).as(answer).isZero();
        return answer;
    }
}
