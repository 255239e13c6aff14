package io.throughline.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Programs that nobody here wrote: what they make of the pipeline is what users will see. */
public final class Program {

    private Program() {}

    /** Where a program is on the path; without it the test is skipped. */
    public static Path require(String name) {
        return requireOneOf(name);
    }

    /** As {@link #require}, for one that has several names. */
    public static Path requireOneOf(String... names) {
        var found = Arrays.stream(System.getenv("PATH").split(":"))
                .flatMap(folder -> Arrays.stream(names).map(name -> Path.of(folder, name)))
                .filter(file -> file.toFile().canExecute()).findFirst();
        Assumptions.assumeTrue(found.isPresent(), () -> names[0] + " is not installed; ./throughline test fetches it");
        return found.orElseThrow();
    }

    /** Runs a program with that input and returns what it printed; anything but exit code 0 fails the test. */
    public static String run(byte[] input, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input);
        }
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).as(String.join(" ", command)).isTrue();
        assertThat(process.exitValue()).as(answer).isZero();
        return answer;
    }
}
