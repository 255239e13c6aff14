package io.throughline.local;

import io.throughline.publish.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program that watches the pipeline, where it is installed.
 *
 * @param name for people
 * @param programs what it may be called on this machine
 * @param portVariable the setting that moves its port
 * @param port where it listens, on the loopback interface
 */
record Watcher(String name, List<String> programs, String portVariable, int port) {

    private static final int HIGHEST_PORT = 65_535;

    static Watcher prometheus(Settings settings) {
        return of(settings, "Prometheus", List.of("prometheus"), "THROUGHLINE_PROMETHEUS_PORT", 9090);
    }

    static Watcher alertmanager(Settings settings) {
        return of(settings, "Alertmanager", List.of("prometheus-alertmanager", "alertmanager"),
                "THROUGHLINE_ALERTMANAGER_PORT", 9093);
    }

    private static Watcher of(Settings settings, String name, List<String> programs, String variable, int port) {
        return new Watcher(name, programs, variable, settings.integer(variable, port, 1, HIGHEST_PORT));
    }

    String url() {
        return "http://localhost:" + port + "/";
    }

    /** Where it is: on the path, or where {@code ./throughline tools} puts it. */
    Optional<Path> program(Home home, String path) {
        Stream<Path> folders = Stream.concat(Arrays.stream(path.split(":")).map(Path::of),
                home.toolFolders().stream());
        return folders.flatMap(folder -> programs.stream().map(folder::resolve)).filter(Files::isExecutable)
                .findFirst();
    }
}
