package io.throughline.local.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.throughline.local.Home;
import java.nio.file.Files;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RulesTest {

    private static final Home HOME = Home.find();
    private static final Catalogue CATALOGUE = Catalogue.of(HOME);
    private static final Pattern PANEL = Pattern.compile("(throughline-[a-z]+)\\?viewPanel=(\\d+)");

    @Test
    void alertsOfTheGuide_haveItsDurationsAndSeverities() {
        assertThat(Rules.of(HOME).alerts()).filteredOn(alert -> !alert.name().startsWith("Throughline"))
                .extracting(Rules.Alert::name, Rules.Alert::waits, Rules.Alert::severity).containsExactly(
                        tuple("BatchProcessingFailure", "1m", "critical"), tuple("ServiceDown", "1m", "critical"),
                        tuple("DatabaseConnectionIssue", "2m", "critical"), tuple("HighErrorRate", "5m", "warning"),
                        tuple("HighLatency", "10m", "warning"), tuple("LLMHighErrorRate", "5m", "warning"),
                        tuple("HighActiveJobs", "5m", "warning"), tuple("LowCacheHitRate", "15m", "info"));
    }

    @Test
    void alertsOfThePipeline_sayWhoTheySpeakOf() {
        assertThat(Rules.of(HOME).alerts()).extracting(Rules.Alert::name).doesNotHaveDuplicates();
        assertThat(Rules.of(HOME).alerts()).extracting(Rules.Alert::severity)
                .allMatch(severity -> severity.matches("critical|warning|info"));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void alert_leadsToARunbookAndAPanelThatExist(Rules.Alert alert) {
        assertThat(alert.annotation("summary")).isNotBlank().doesNotEndWith(".");
        assertThat(alert.annotation("description")).contains(".");
        String runbook = alert.annotation("runbook_url");
        assertThat(runbook).startsWith("{{ $externalURL }}/user/");
        assertThat(HOME.root().resolve("infra/runbooks").resolve(runbook.substring(runbook.lastIndexOf('/') + 1)))
                .content().contains("# " + (alert.name().equals("ThroughlineCatchingUp")
                        ? "ThroughlineAggregatorBehind"
                        : alert.name()));
        assertThat(alert.annotation("dashboard_url")).startsWith("http://localhost:3000/d/");
        assertThat(PANEL.matcher(alert.annotation("dashboard_url")).results()).isNotEmpty().allSatisfy(
                link -> assertThat(Dashboard.all(HOME))
                        .filteredOn(dashboard -> dashboard.uid().equals(link.group(1))).flatMap(Dashboard::panels)
                        .extracting(Dashboard.Panel::id).contains(Integer.parseInt(link.group(2))));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void alert_isTestedByPromtool(Rules.Alert alert) throws Exception {
        try (var files = Files.list(HOME.root().resolve("infra/prometheus/tests"))) {
            String tests = String.join("\n", files.map(RulesTest::read).toList());
            assertThat(tests).contains("alertname: " + alert.name() + "\n        exp_alerts:");
            assertThat(tests).contains("alertname: " + alert.name() + "}");
        }
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void rule_namesOnlyWhatTheCatalogueHas(String expression) {
        assertThat(CATALOGUE.unknown(expression)).isEmpty();
    }

    private static String read(java.nio.file.Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static Stream<Rules.Alert> alerts() {
        return Rules.of(HOME).alerts().stream();
    }

    static Stream<String> expressions() {
        var rules = Rules.of(HOME);
        return Stream.concat(rules.alerts().stream().map(Rules.Alert::expression),
                rules.recordings().values().stream());
    }
}
