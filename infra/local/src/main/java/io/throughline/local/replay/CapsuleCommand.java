package io.throughline.local.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.aggregate.Metric;
import io.throughline.event.Topic;
import io.throughline.redact.Redactor;
import io.throughline.replay.Capsule;
import io.throughline.replay.InputRecord;
import io.throughline.replay.MetricQuery;
import io.throughline.replay.Recount;
import io.throughline.replay.ReplayException;
import io.throughline.replay.Selection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code replay capsule}: an incident in one file. */
@Command(name = "capsule", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Packs matching records, their log lines and what they count into one checksummed archive, without secrets.",
        "show, metrics, explain and to read it with --from-capsule; a test does with @CapsuleFile."}, footer = {"",
                "Examples:",
                "  ./throughline replay capsule incident.capsule --trace 4bf92f3577b34da6a3ce929d0e0e4736",
                "  ./throughline replay capsule friday.capsule --from 2026-01-30T12:00:00Z --to 2026-01-30T12:10:00Z",
                "  ./throughline replay show --from-capsule incident.capsule | jq .value", "",
                "It is a ZIP archive: manifest.json, records.ndjson, logs.ndjson, metrics.json and SHA256SUMS."})
final class CapsuleCommand implements Callable<Integer> {

    private static final int MOST_RECORDS = 1_000_000;

    private final Desk desk;

    @Parameters(paramLabel = "FILE", description = "the archive to write")
    private Path file = Path.of("");

    @Mixin
    private SelectionOptions selecting = new SelectionOptions();

    @Mixin
    private StoreOptions storing = new StoreOptions();

    @Option(names = "--force", description = "replaces a file that is there")
    private boolean force;

    @Spec
    private @Nullable CommandSpec spec;

    CapsuleCommand() {
        this(Desk.system());
    }

    CapsuleCommand(Desk desk) {
        this.desk = desk;
    }

    @Override
    public Integer call() {
        return desk.run("capsule", () -> {
            if (Files.exists(file) && !force) {
                throw new IllegalArgumentException(file + " exists; --force replaces it");
            }
            Desk.requireFolder("", file);
            String prefix = desk.settings().topicPrefix();
            Selection selection = selecting.selection(prefix, desk.clock());
            Redactor redactor = desk.settings().redactor();
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            new Finder(desk, selection, storing).findByTime(null, found -> {
                if (records.size() >= MOST_RECORDS) {
                    throw new ReplayException(String.format(Locale.ROOT, "more than %,d records match: a capsule is"
                            + " for a trace or a few minutes; narrow --from, --to or --topic", MOST_RECORDS), null);
                }
                records.add(redacted(found, redactor));
                return true;
            });
            if (records.isEmpty()) {
                throw new ReplayException("nothing found, so nothing was written", null);
            }
            List<String> arguments = arguments(redactor);
            Map<String, Long> findings = new TreeMap<>();
            redactor.counts().forEach((finding, count) -> findings.put(finding.wireName(), count));
            var capsule = Capsule.of(records, desk.clock().instant(), arguments, prefix, findings);
            capsule.write(file, Topic.LOGS.name(prefix), metrics(capsule));
            desk.terminal().out().printf(Locale.ROOT, "wrote %s: %,d records, %,d bytes; %,d secrets taken out%n", file,
                    records.size(), Files.size(file), findings.values().stream().mapToLong(Long::longValue).sum());
            return 0;
        });
    }

    private List<String> arguments(Redactor redactor) {
        return spec == null
                ? List.of()
                : spec.commandLine().getParseResult().originalArgs().stream().map(redactor::redact).toList();
    }

    /** Bytes in which no secret was found stay as they are. */
    private static ConsumerRecord<byte[], byte[]> redacted(InputRecord found, Redactor redactor) {
        ConsumerRecord<byte[], byte[]> kafka = found.kafka();
        byte[] value = kafka.value();
        JsonNode json = found.json();
        if (value != null) {
            if (json.isMissingNode()) {
                value = cleaned(value, redactor);
            } else {
                JsonNode clean = redactor.redact(json);
                value = clean.equals(json) ? value : clean.toString().getBytes(StandardCharsets.UTF_8);
            }
        }
        var headers = new RecordHeaders();
        for (Header header : kafka.headers()) {
            headers.add(header.key(), header.value() == null ? null : cleaned(header.value(), redactor));
        }
        return new ConsumerRecord<>(kafka.topic(), kafka.partition(), kafka.offset(), kafka.timestamp(),
                TimestampType.CREATE_TIME, ConsumerRecord.NULL_SIZE, ConsumerRecord.NULL_SIZE, kafka.key() == null
                        ? null
                        : cleaned(kafka.key(), redactor),
                value, headers, Optional.empty());
    }

    private static byte[] cleaned(byte[] bytes, Redactor redactor) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        String clean = redactor.redact(text);
        return clean.equals(text) ? bytes : clean.getBytes(StandardCharsets.UTF_8);
    }

    /** As {@code replay metrics --from-capsule --format json} prints it. */
    private byte[] metrics(Capsule capsule) throws IOException {
        var bytes = new ByteArrayOutputStream();
        MetricQuery query = MetricOptions.whole(capsule, null, null);
        var counting = new Counting(desk, capsule);
        var count = new Recount(counting.config(), query.range(), false);
        counting.run(query.from(), count);
        List<Metric> metrics = List.of(Metric.values());
        try (var out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            Instant asOf = Instant.parse(capsule.manifest().createdAt());
            MetricText.json(metrics, Stream.of(Metric.values())
                    .flatMap(metric -> query.rows(count.windows(), metric).stream()).toList(), query, asOf,
                    count.finalUpTo(asOf), out);
        }
        return bytes.toByteArray();
    }
}
