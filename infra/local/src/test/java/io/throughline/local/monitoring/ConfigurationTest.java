package io.throughline.local.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.throughline.local.Home;
import io.throughline.local.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each configuration is right for the program that reads it, says that program. */
class ConfigurationTest {

    private static final Path ROOT = Home.find().root();
    private static final YAMLMapper YAML = new YAMLMapper();

    @Test
    void prometheus_takesItsConfigurationAndItsRules() throws Exception {
        assertThat(promtool("check", "config", "infra/prometheus/prometheus.yml")).contains("rules found");
    }

    @Test
    void alerts_fireAndClearAsPromtoolTests() throws Exception {
        List<String> files;
        try (var tests = Files.list(ROOT.resolve("infra/prometheus/tests"))) {
            files = tests.map(Path::toString).sorted().toList();
        }
        List<String> arguments = new ArrayList<>(List.of("test", "rules"));
        arguments.addAll(files);
        assertThat(promtool(arguments.toArray(String[]::new)).split("SUCCESS", -1)).hasSize(files.size() + 1);
    }

    @Test
    void alertmanager_takesItsConfiguration() throws Exception {
        String amtool = Program.require("amtool").toString();
        assertThat(Program.run(new byte[0], List.of(amtool, "check-config",
                ROOT.resolve("infra/alertmanager/alertmanager.yml").toString()))).contains("SUCCESS");
    }

    @Test
    void dashboardsManifestsAndCompose_fitThePublishedTypesAndSchemas() throws Exception {
        Path modules = ROOT.resolve(".tools/schemas");
        Assumptions.assumeTrue(Files.isDirectory(modules.resolve("node_modules")),
                "the published types are not there; ./throughline test fetches them where npm is");
        assertThat(Program.run(new byte[0], List.of(Program.require("node").toString(),
                ROOT.resolve("infra/schemas/check.mjs").toString(), modules.toString()))).contains(" 0 problems");
    }

    @Test
    void rulesForKubernetes_areThoseOfPrometheus() throws IOException {
        JsonNode inKubernetes = YAML.readTree(Files.readString(ROOT.resolve(
                "infra/kubernetes/monitoring/prometheusrule.yaml")).replace("https://grafana.example.com/",
                        "http://localhost:3000/"));
        List<JsonNode> groups = Stream.of("recording.rules.yml", "alert.rules.yml")
                .flatMap(file -> read("infra/prometheus/" + file).getFirst().path("groups").valueStream()).toList();

        assertThat(inKubernetes.path("spec").path("groups").valueStream()).containsExactlyElementsOf(groups);
    }

    /** The series of an input partition have one owner; what a process says of itself, each of them says. */
    @ParameterizedTest
    @ValueSource(strings = {"throughline_exposed_series", "throughline_last_commit_timestamp_seconds",
            "throughline_unreadable_series_total", "throughline_unreadable_windows_total",
            "throughline_audit_mismatches_total", "throughline_audited_windows_total",
            "throughline_audited_up_to_seconds"})
    void scrapes_keepApartWhatEachInstanceSaysOfItself(String metric) {
        String regex = read("infra/prometheus/prometheus.yml").getFirst().path("scrape_configs").path(0)
                .path("metric_relabel_configs").path(0).path("regex").asText();

        assertThat(metric + ";aggregator:8000").matches(regex);
    }

    @Test
    void scrapesInKubernetes_labelSeriesAsPrometheusDoes() {
        JsonNode relabeling = read("infra/prometheus/prometheus.yml").getFirst().path("scrape_configs").path(0)
                .path("metric_relabel_configs").path(0).path("regex");

        assertThat(read("infra/kubernetes/monitoring/servicemonitor.yaml").getFirst().path("spec").path("endpoints")
                .path(0).path("metricRelabelings").path(0).path("regex")).isEqualTo(relabeling);
    }

    @Test
    void compose_pinsVersionsAndListensOnLoopbackOnly() {
        JsonNode services = read("infra/compose.yaml").getFirst().path("services");
        List<String> ports = new ArrayList<>();
        services.properties().forEach(service -> {
            service.getValue().path("ports").forEach(port -> ports.add(port.asText()));
            String image = service.getValue().path("image").asText("throughline:0.1.0");
            assertThat(image).matches(".+:v?\\d+\\.\\d+\\.\\d+");
            assertThat(service.getKey().equals("topics") || service.getValue().has("healthcheck"))
                    .as("health check of " + service.getKey()).isTrue();
        });
        assertThat(ports).containsExactlyInAnyOrder("127.0.0.1:9092:9092", "127.0.0.1:8000:8000",
                "127.0.0.1:8001:8001", "127.0.0.1:9090:9090", "127.0.0.1:9093:9093", "127.0.0.1:3000:3000");
    }

    @Test
    void pods_runWithoutRightsOnAReadOnlyFileSystem() {
        for (String file : List.of("aggregator", "shipper", "topics")) {
            JsonNode pod = read("infra/kubernetes/" + file + ".yaml").stream()
                    .map(document -> document.path("spec").path("template").path("spec"))
                    .filter(spec -> spec.has("containers")).findFirst().orElseThrow();
            JsonNode container = pod.path("containers").path(0);
            assertThat(pod.path("securityContext").path("runAsNonRoot").asBoolean()).isTrue();
            assertThat(container.path("securityContext").path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(container.path("resources").path("limits").has("memory")).isTrue();
        }
    }

    @Test
    void resourcesOfEachFolder_areAllInItsKustomization() throws IOException {
        for (String folder : List.of("infra/kubernetes", "infra/kubernetes/monitoring")) {
            List<String> named = read(folder + "/kustomization.yaml").getFirst().path("resources").valueStream()
                    .map(JsonNode::asText).toList();
            try (var files = Files.list(ROOT.resolve(folder))) {
                assertThat(files.filter(Files::isRegularFile).map(file -> file.getFileName().toString())
                        .filter(file -> !file.equals("kustomization.yaml"))).containsExactlyInAnyOrderElementsOf(named);
            }
        }
    }

    private static String promtool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(Program.require("promtool").toString()));
        for (String argument : arguments) {
            command.add(argument.startsWith("infra/") ? ROOT.resolve(argument).toString() : argument);
        }
        return Program.run(new byte[0], command);
    }

    private static List<JsonNode> read(String file) {
        try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class)
                .readValues(ROOT.resolve(file).toFile())) {
            return documents.readAll();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
