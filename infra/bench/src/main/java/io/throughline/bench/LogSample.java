package io.throughline.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The lines that every store gets.
 *
 * @param lines how many
 * @param rawBytes their JSON, without line ends
 * @param ndjson a file with one on each line
 * @param columns a file with trace id, text and line, between the separators 0x1F and 0x1E
 * @param traces ids to look up
 */
record LogSample(int lines, long rawBytes, Path ndjson, Path columns, List<String> traces) {

    static final long SEED = 42;

    /** Makes the lines; the two files have them only where somebody reads them. */
    static LogSample write(Path directory, int lines, int lookups, boolean withColumns, boolean withJson)
            throws IOException {
        Path ndjson = directory.resolve("lines.ndjson");
        Path columns = directory.resolve("lines.columns");
        var source = new LogLines(SEED);
        var random = new Random(SEED);
        List<String> traces = new ArrayList<>();
        long raw = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(ndjson), 1 << 16);
                OutputStream table = new BufferedOutputStream(Files.newOutputStream(columns), 1 << 16)) {
            for (int i = 0; i < lines; i++) {
                LogLines.Line line = source.next();
                byte[] json = line.json().getBytes(StandardCharsets.UTF_8);
                raw += json.length;
                if (withJson) {
                    out.write(json);
                    out.write('\n');
                }
                if (withColumns) {
                    table.write((line.traceId() + '\u001f' + line.text() + '\u001f').getBytes(
                            StandardCharsets.UTF_8));
                    table.write(json);
                    table.write('\u001e');
                }
                // A fair share of all lines, so that long traces come as often as they are seen.
                if (traces.size() < lookups) {
                    traces.add(line.traceId());
                } else if (random.nextInt(i + 1) < lookups) {
                    traces.set(random.nextInt(lookups), line.traceId());
                }
            }
        }
        return new LogSample(lines, raw, ndjson, columns, List.copyOf(traces));
    }
}
