package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProgramTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    private Path scratch;

    @Test
    void close_endsTheProgram() {
        var program = ChildProgram.start(List.of("sleep", "600"), scratch.resolve("log"));
        await().atMost(SOON).until(() -> running("sleep", "600"));
        program.close();
        assertThat(program.isRunning()).isFalse();
        await().atMost(SOON).until(() -> !running("sleep", "600"));
    }

    @Test
    void programThatEnds_isSeenToHaveEnded() {
        var program = ChildProgram.start(List.of("true"), scratch.resolve("log"));
        await().atMost(SOON).until(() -> !program.isRunning());
        program.close();
    }

    @Test
    void outputOfTheProgram_goesToItsLog() {
        var program = ChildProgram.start(List.of("echo", "hello"), scratch.resolve("log"));
        await().atMost(SOON).until(() -> !program.isRunning());
        assertThat(scratch.resolve("log")).hasContent("hello");
    }

    @Test
    void killedParent_takesTheProgramWithIt() throws Exception {
        try (var parent = ChildJvm.start(scratch, Map.of(), ProgramParent.class, scratch.resolve("log").toString())) {
            assertThat(parent.line()).isEqualTo("started");
            await().atMost(SOON).until(() -> running("sleep", "601"));
            parent.kill();
        }
        await().atMost(SOON).until(() -> !running("sleep", "601"));
    }

    private static boolean running(String... command) {
        return ProcessHandle.allProcesses().anyMatch(process -> process.info().commandLine()
                .filter(line -> line.endsWith(String.join(" ", command)) && !line.contains("watched")).isPresent());
    }
}
