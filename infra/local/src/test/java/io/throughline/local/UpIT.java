package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpIT {

    private static final List<String> PORTS = List.of("THROUGHLINE_AGGREGATOR_PORT", "THROUGHLINE_SHIPPER_PORT");

    @TempDir
    private Path scratch;

    private final Map<String, String> environment = new HashMap<>();

    UpIT() throws IOException {
        environment.put("THROUGHLINE_BOOTSTRAP_SERVERS", "localhost:" + freePort());
        for (String variable : PORTS) {
            environment.put(variable, Integer.toString(freePort()));
        }
    }

    @Test
    void up_isReadyWhenAllIsHealthy_andStopsCleanly() throws Exception {
        try (var up = up()) {
            assertThat(up.line()).startsWith("ready: kafka " + environment.get("THROUGHLINE_BOOTSTRAP_SERVERS"));
            assertThat(healthOfServers()).allMatch(status -> status == 200).hasSameSizeAs(PORTS);
            up.terminate();
            assertThat(up.exitCode()).as(up.errors()).isZero();
            assertThat(up.line()).isNull();
            assertThat(up.errors()).endsWith("stopped\n");
        }
    }

    @Test
    void killedUp_isStartedAgainOnTheSameDataAtOnce() throws Exception {
        try (var killed = up()) {
            assertThat(killed.line()).startsWith("ready: ");
            killed.kill();
        }
        try (var up = up()) {
            assertThat(up.line()).as(up.errors()).startsWith("ready: ");
        }
    }

    @Test
    void dataInUse_isOneLineThatNamesTheHolder() throws Exception {
        try (var first = up()) {
            assertThat(first.line()).startsWith("ready: ");
            try (var second = up()) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.errors()).startsWith("throughline: data directory " + data()
                        + " is in use by another ./throughline up (pid ").hasLineCount(1);
            }
        }
    }

    @Test
    void takenPort_isOneLineThatNamesTheSetting() throws Exception {
        int port = Integer.parseInt(String.valueOf(environment.get("THROUGHLINE_AGGREGATOR_PORT")));
        try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress()); var up = up()) {
            assertThat(up.exitCode()).isEqualTo(1);
            assertThat(up.errors()).isEqualTo("throughline: port " + taken.getLocalPort()
                    + " is taken: stop the program that uses it or set THROUGHLINE_AGGREGATOR_PORT\n");
        }
    }

    @Test
    void unknownSetting_stopsTheStart() throws Exception {
        environment.put("THROUGHLINE_AGREGATOR_PORT", "8000");
        try (var up = up()) {
            assertThat(up.exitCode()).isEqualTo(2);
            assertThat(up.errors()).startsWith("throughline: unknown setting THROUGHLINE_AGREGATOR_PORT; ");
        }
    }

    @Test
    void deadBroker_takesEverythingDown() throws Exception {
        try (var up = up()) {
            assertThat(up.line()).startsWith("ready: ");
            broker().forEach(ProcessHandle::destroyForcibly);
            assertThat(up.exitCode()).isEqualTo(1);
            assertThat(up.errors()).endsWith("throughline: the broker ended with exit code 137\n");
        }
    }

    @Test
    void unknownSettingWithTheDemo_stopsTheStartBeforeAnythingRuns() throws Exception {
        environment.put("THROUGHLINE_DEMO_RAET", "3");
        try (var up = up("--demo")) {
            assertThat(up.exitCode()).isEqualTo(2);
            assertThat(up.errors()).startsWith("throughline: unknown setting THROUGHLINE_DEMO_RAET; ").hasLineCount(1);
        }
    }

    private ChildJvm up(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("up", "--data", data().toString()));
        arguments.addAll(List.of(options));
        return ChildJvm.start(scratch, environment, Main.class, arguments.toArray(String[]::new));
    }

    private Path data() {
        return scratch.resolve("data");
    }

    private Stream<ProcessHandle> broker() {
        String directory = data().resolve("broker").toString();
        return ProcessHandle.current().descendants().filter(process -> process.info().arguments()
                .map(arguments -> List.of(arguments).contains(directory)).orElse(false));
    }

    private List<Integer> healthOfServers() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            List<Integer> statuses = new ArrayList<>();
            for (String variable : PORTS) {
                var uri = URI.create("http://localhost:" + environment.get(variable) + "/health");
                statuses.add(client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding()).statusCode());
            }
            return statuses;
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
