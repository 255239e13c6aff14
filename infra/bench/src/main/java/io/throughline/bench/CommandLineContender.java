package io.throughline.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Stores that are used from a command line: SQLite with an index and FTS5, and jq over a file. */
interface CommandLineContender {

    /** Who. */
    String name();

    /** What was measured; empty when the program is not there. */
    Optional<LogFigures> measure(LogSample sample, Path directory) throws IOException, InterruptedException;

    /** SQLite: lines in a table with an index on the trace, text in an FTS5 table without content. */
    static CommandLineContender sqlite() {
        return new Sqlite();
    }

    /** The guide's way: {@code jq} over NDJSON. */
    static CommandLineContender jq() {
        return new Jq();
    }

    /** What a program prints, run by the shell's rules for paths; empty when there is no such program. */
    private static Optional<String> run(Path directory, String input, String... command)
            throws IOException, InterruptedException {
        Path in = directory.resolve("input");
        Files.writeString(in, input);
        try {
            Process process = new ProcessBuilder(command).redirectInput(in.toFile()).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(command[0] + " failed: " + said);
            }
            return Optional.of(said);
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such file")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** SQLite's own shell. */
    final class Sqlite implements CommandLineContender {

        private static final Pattern REAL = Pattern.compile("Run Time: real ([0-9.]+)");

        @Override
        public String name() {
            return "sqlite";
        }

        @Override
        public Optional<LogFigures> measure(LogSample sample, Path directory) throws IOException, InterruptedException {
            Path base = directory.resolve("lines.sqlite");
            long begin = System.nanoTime();
            Optional<String> loaded = CommandLineContender.run(directory, """
                    PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;
                    CREATE TABLE raw(trace_id TEXT, text TEXT, line TEXT);
                    CREATE TABLE logs(id INTEGER PRIMARY KEY, trace_id TEXT, line TEXT);
                    CREATE INDEX by_trace ON logs(trace_id);
                    CREATE VIRTUAL TABLE words USING fts5(text, content='');
                    CREATE TRIGGER split AFTER INSERT ON raw BEGIN
                      INSERT INTO logs(trace_id, line) VALUES (new.trace_id, new.line);
                      INSERT INTO words(rowid, text) VALUES (last_insert_rowid(), new.text);
                      DELETE FROM raw WHERE rowid = new.rowid;
                    END;
                    .mode ascii
                    .import %s raw
                    PRAGMA wal_checkpoint(TRUNCATE);
                    """.formatted(sample.columns()), "sqlite3", base.toString());
            if (loaded.isEmpty()) {
                return Optional.empty();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            var script = new StringBuilder(".timer on\n.output /dev/null\n");
            sample.traces()
                    .forEach(trace -> script.append("SELECT line FROM logs WHERE trace_id='").append(trace).append(
                            "' ORDER BY id;\n"));
            double[] traces = times(directory, script.toString(), base);
            double[] text = times(directory,
                    ".timer on\n.output /dev/null\n"
                            + """
                                    SELECT line FROM logs WHERE id IN
                                    (SELECT rowid FROM words WHERE words MATCH 'sockettimeoutexception OR replica' ORDER BY rowid DESC LIMIT 100);
                                    """
                                    .replace("\n(", " (").repeat(50),
                    base);
            double bytes = Files.size(base);
            return Optional.of(new LogFigures("sqlite", sample.lines() / seconds, Double.NaN, Double.NaN,
                    bytes / sample.lines(),
                    bytes / sample.rawBytes(), LogFigures.quantile(traces, 0.5), LogFigures.quantile(traces, 0.99),
                    Double.NaN, Double.NaN, LogFigures.quantile(text, 0.5), Double.NaN));
        }

        private static double[] times(Path directory, String script, Path base)
                throws IOException, InterruptedException {
            String said = CommandLineContender.run(directory, script, "sqlite3", base.toString()).orElse("");
            return REAL.matcher(said).results().mapToDouble(match -> Double.parseDouble(match.group(1)) * 1_000)
                    .toArray();
        }
    }

    /** jq reads the whole file for each question. */
    final class Jq implements CommandLineContender {

        private static final int LOOKUPS = 3;

        @Override
        public String name() {
            return "jq";
        }

        @Override
        public Optional<LogFigures> measure(LogSample sample, Path directory) throws IOException, InterruptedException {
            double[] traces = new double[LOOKUPS];
            for (int i = 0; i < LOOKUPS; i++) {
                long begin = System.nanoTime();
                if (CommandLineContender.run(directory, "", "jq", "-c", "select(.trace_id==\"" + sample.traces().get(i)
                        + "\")", sample.ndjson().toString()).isEmpty()) {
                    return Optional.empty();
                }
                traces[i] = (System.nanoTime() - begin) / 1e6;
            }
            long begin = System.nanoTime();
            Optional<String> unused = CommandLineContender.run(directory, "", "jq", "-c",
                    "select((.message + (.stack_trace // \"\")) | contains(\"replica\"))", sample.ndjson().toString());
            double text = (System.nanoTime() - begin) / 1e6;
            return Optional.of(new LogFigures("jq", Double.NaN, Double.NaN, Double.NaN,
                    (double) sample.rawBytes() / sample.lines()
                            + 1,
                    1, LogFigures.quantile(traces, 0.5), LogFigures.quantile(traces, 0.99), Double.NaN, Double.NaN,
                    text, Double.NaN));
        }
    }
}
