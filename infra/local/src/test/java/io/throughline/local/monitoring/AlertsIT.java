package io.throughline.local.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.local.Home;
import io.throughline.local.Pipeline;
import io.throughline.local.Program;
import io.throughline.publish.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A platform breaks in every way the guide has an alert for, and people are told by the real Prometheus and Alertmanager:
 * with the rules and routes as they are, but seconds in the place of minutes.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AlertsIT {

    private static final Path INFRA = Home.find().root().resolve("infra");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<String> WITHOUT_SERVICE_DOWN = Set.of("BatchProcessingFailure", "DatabaseConnectionIssue",
            "HighErrorRate", "HighLatency", "LLMHighErrorRate", "HighActiveJobs", "LowCacheHitRate");

    private static Pipeline pipeline;
    private static Webhook webhook;
    private static Platform platform;
    private static List<Process> programs = List.of();

    @BeforeAll
    static void start(@TempDir Path scratch) throws IOException {
        Path prometheus = Program.require("prometheus");
        Path alertmanager = Program.requireOneOf("prometheus-alertmanager", "alertmanager");
        pipeline = Pipeline.start(scratch, Pipeline.environment());
        webhook = Webhook.start();
        int alertmanagerPort = Pipeline.freePort();
        programs = List.of(startAlertmanager(alertmanager, scratch, alertmanagerPort),
                startPrometheus(prometheus, scratch, alertmanagerPort));
        platform = Platform.start(Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", pipeline.bootstrapServers())));
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (platform != null) {
            platform.close();
        }
        for (Process program : programs) {
            program.destroy();
            program.waitFor(10, TimeUnit.SECONDS);
        }
        if (webhook != null) {
            webhook.close();
        }
        if (pipeline != null) {
            pipeline.close();
        }
    }

    @Test
    @Order(1)
    void healthyPlatform_wakesNobody() throws InterruptedException {
        TimeUnit.SECONDS.sleep(12);
        assertThat(webhook.notices()).isEmpty();
    }

    @Test
    @Order(2)
    void brokenPlatform_isToldAlertByAlert_andResolvesWhenMended() {
        platform.breakBy(EnumSet.complementOf(EnumSet.of(Platform.Fault.WORKER_IS_DOWN)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(told("firing")).isEqualTo(WITHOUT_SERVICE_DOWN));
        assertThat(webhook.notices()).allSatisfy(notice -> assertThat(notice.alert().path("annotations")
                .path("runbook_url").asText()).endsWith("/user/" + notice.name() + ".md"));
        platform.mend();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(told("resolved")).isEqualTo(WITHOUT_SERVICE_DOWN));
    }

    @Test
    @Order(3)
    void serviceDown_isTold_andWhatFollowsFromItIsNot() {
        int before = webhook.notices().size();
        platform.breakBy(EnumSet.of(Platform.Fault.WORKER_IS_DOWN));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told("firing")).contains("ServiceDown"));
        platform.breakBy(EnumSet.of(Platform.Fault.JOBS_FAIL, Platform.Fault.JOBS_PILE_UP,
                Platform.Fault.LLM_FAILS));
        // Not inhibited, and slower to fire: when it is told, the others would have been.
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(webhook.notices().stream().skip(before)
                .map(Webhook.Notice::name)).contains("LLMHighErrorRate"));
        assertThat(webhook.notices().stream().skip(before).filter(notice -> notice.status().equals("firing"))
                .map(Webhook.Notice::name)).containsOnly("ServiceDown", "LLMHighErrorRate");
        platform.mend();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(told("resolved")).contains("ServiceDown"));
    }

    private static Set<String> told(String status) {
        return webhook.notices().stream().filter(notice -> notice.status().equals(status)).map(Webhook.Notice::name)
                .collect(Collectors.toSet());
    }

    private static Process startPrometheus(Path program, Path scratch, int alertmanagerPort) throws IOException {
        String config = Files.readString(INFRA.resolve("prometheus/prometheus.yml"))
                .replace("aggregator:8000", "localhost:" + pipeline.metricsPort())
                .replace("shipper:8001", "localhost:" + pipeline.settings().get("THROUGHLINE_SHIPPER_PORT"))
                .replace("alertmanager:9093", "localhost:" + alertmanagerPort).replace(": 15s", ": 500ms");
        // Five minutes of rate are ten seconds here, a minute of waiting is a second, 30 s of silence are ten.
        String rules = Files.readString(INFRA.resolve("prometheus/alert.rules.yml")).replace("[5m]", "[10s]")
                .replaceAll("for: (\\d+)m", "for: $1s")
                .replace("(service_last_seen_timestamp_seconds) > 30", "(service_last_seen_timestamp_seconds) > 10")
                .replace("(throughline_complete_up_to_timestamp_seconds) > 30",
                        "(throughline_complete_up_to_timestamp_seconds) > 6");
        Files.writeString(scratch.resolve("alert.rules.yml"), rules);
        Files.copy(INFRA.resolve("prometheus/recording.rules.yml"), scratch.resolve("recording.rules.yml"));
        return run(scratch, List.of(program.toString(), "--config.file="
                + Files.writeString(scratch.resolve("prometheus.yml"), config),
                "--storage.tsdb.path="
                        + scratch.resolve("tsdb"),
                "--web.listen-address=127.0.0.1:" + Pipeline.freePort(), "--log.level=error"));
    }

    private static Process startAlertmanager(Path program, Path scratch, int port) throws IOException {
        String config = Files.readString(INFRA.resolve("alertmanager/alertmanager.yml"))
                .replace("host.docker.internal:9099", webhook.address())
                .replaceAll("(group_wait|group_interval): \\w+", "$1: 1s");
        return run(scratch, List.of(program.toString(), "--config.file="
                + Files.writeString(scratch.resolve("alertmanager.yml"), config),
                "--storage.path="
                        + scratch.resolve("alertmanager"),
                "--web.listen-address=127.0.0.1:" + port, "--cluster.listen-address=", "--log.level=error"));
    }

    private static Process run(Path scratch, List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(Files.createTempFile(scratch, "program", ".log").toFile()).start();
    }
}
