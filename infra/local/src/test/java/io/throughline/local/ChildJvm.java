package io.throughline.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A JVM with the class path of the tests, so that a test can kill it. */
public final class ChildJvm implements AutoCloseable {

    private final Process process;
    private final BufferedReader out;
    private final Path err;

    private ChildJvm(Process process, Path err) {
        this.process = process;
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        this.err = err;
    }

    /** Starts {@code main} with these {@code THROUGHLINE_*} settings and no others of the kind. */
    public static ChildJvm start(Path scratch, Map<String, String> environment, Class<?> main, String... arguments)
            throws IOException {
        Path err = Files.createTempFile(scratch, "stderr", ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "-Dthroughline.home=" + Home.find().root(), "-cp", System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("THROUGHLINE_"));
        builder.environment().putAll(environment);
        return new ChildJvm(builder.start(), err);
    }

    /** The next line on standard output; null at its end. */
    @Nullable
    public String line() throws IOException {
        return out.readLine();
    }

    /** Everything on standard error so far. */
    public String errors() throws IOException {
        return Files.readString(err);
    }

    /** As {@code kill} does; {@link Process#destroy} would close what it still has to say as well. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** As {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Waits for the end. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after 30 s");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        kill();
    }
}
