package io.throughline.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a measured program in a fresh JVM, with the same heap and flags for every variant, and takes what it says. */
final class ChildProcess {

    /** The same for all, and fixed, so that no variant is measured with a collector or a heap of its own. */
    static final List<String> FLAGS = List.of("-Xms1g", "-Xmx1g", "-XX:+UseG1GC");

    private ChildProcess() {}

    /**
     * Runs one variant to its end.
     *
     * @param directory a new directory for its state and its log
     * @throws IllegalStateException with its own words when it fails
     */
    static Sample run(Contender contender, String bootstrapServers, long warmUp, long events, Path directory)
            throws IOException, InterruptedException {
        return run(contender.label(), Child.class, List.of(contender.name(), bootstrapServers, Long.toString(warmUp),
                Long.toString(events), directory.resolve("state").toString()), directory, Sample.class);
    }

    /** As above, for any program that prints its answer as one line of JSON. */
    static <T> T run(String label, Class<?> main, List<String> arguments, Path directory, Class<T> answer)
            throws IOException, InterruptedException {
        return run(label, FLAGS, main, arguments, directory, answer);
    }

    /** As above, with flags of its own. */
    static <T> T run(String label, List<String> flags, Class<?> main, List<String> arguments, Path directory,
            Class<T> answer) throws IOException, InterruptedException {
        Path log = Files.createDirectories(directory).resolve("stderr.log");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(flags);
        command.addAll(List.of("-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED"));
        if (Runtime.version().feature() >= 23) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return answer(label, new ProcessBuilder(command).redirectError(log.toFile()).start(), log, answer);
    }

    private static <T> T answer(String label, Process process, Path log, Class<T> type)
            throws IOException, InterruptedException {
        try {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() == 0) {
                return Json.MAPPER.readValue(said, type);
            }
            String last = Files.readAllLines(log).stream().filter(line -> !line.isBlank())
                    .reduce("it ended with exit code " + process.exitValue(), (before, line) -> line);
            throw new IllegalStateException(label + ": " + last);
        } finally {
            process.destroyForcibly();
        }
    }
}
