package io.throughline.local.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.local.Home;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The panels of the monitoring guide, and the rules of Grafana's dashboard linter that apply here. */
class DashboardsTest {

    private static final Home HOME = Home.find();
    private static final Catalogue CATALOGUE = Catalogue.of(HOME);
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([a-z_]+)");
    private static final Pattern RATED = Pattern.compile("(?:rate|increase)\\(([a-z_]+)");
    private static final Set<String> UNITS = Set.of("percent", "short", "s", "reqps", "ops", "cpm", "currencyUSD",
            "bytes",
            "dateTimeFromNow");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            main     | Success rate (24h)             | percent     | 95
            main     | Error rate (1h)                | percent     | 5
            main     | Active jobs gauge              | short       | 50 100
            main     | Cache hit rate                 | percent     | 50 60
            main     | Latency (p50, p95, p99)        | s           | 5 30
            main     | p95 latency                    | s           | 2 5
            main     | p99 latency                    | s           | 5 30
            main     | Request rate graph             | reqps       |
            services | LLM request rate by model      | reqps       |
            services | LLM latency (p95) by model     | s           |
            services | LLM error rate                 | percent     | 10
            services | Batch processing time          | s           |
            services | Cache performance              | ops         |
            services | Cache size                     | short       |
            cost     | Token usage (24h) by model     | short       |
            cost     | LLM API calls count            | short       |
            cost     | Total jobs created             | short       |
            cost     | Token distribution (pie chart) | short       |
            cost     | Estimated cost (USD)           | currencyUSD |
            cost     | Cache savings                  | currencyUSD |
            """)
    void panelOfTheGuide_hasItsUnitAndThresholds(String dashboard, String title, String unit, String thresholds) {
        var panel = Dashboard.named(HOME, dashboard).panel(title);

        assertThat(panel.unit()).isEqualTo(unit);
        assertThat(panel.thresholds()).isEqualTo(thresholds == null
                ? List.of()
                : Stream.of(thresholds.split(" ")).map(Double::valueOf).toList());
    }

    @Test
    void dashboards_haveStableUidsAndFindEachOther() {
        assertThat(Dashboard.all(HOME)).extracting(Dashboard::uid).containsExactly("throughline-main",
                "throughline-services", "throughline-cost", "throughline-pipeline");
        assertThat(Dashboard.all(HOME)).allSatisfy(dashboard -> {
            JsonNode json = dashboard.json();
            assertThat(json.has("id")).isFalse();
            assertThat(json.path("tags")).extracting(JsonNode::asText).containsExactly("throughline");
            assertThat(json.path("links").path(0).path("tags")).isEqualTo(json.path("tags"));
            assertThat(json.path("schemaVersion").asInt()).isEqualTo(42);
            assertThat(json.path("annotations").path("list").path(1).path("target").path("expr").asText())
                    .contains("ALERTS");
        });
    }

    @Test
    void completeness_isOnEveryDashboard() {
        assertThat(Dashboard.all(HOME)).allSatisfy(
                dashboard -> assertThat(dashboard.panel("Complete up to").unit()).isEqualTo("dateTimeFromNow"));
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void file_isWrittenSoThatDiffsAreReadable(Dashboard dashboard) throws Exception {
        var indenter = new DefaultIndenter("  ", "\n");
        var printer = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                .withObjectFieldValueSpacing(Separators.Spacing.AFTER).withArrayEmptySeparator("")
                .withObjectEmptySeparator("")).withObjectIndenter(indenter).withArrayIndenter(indenter);

        assertThat(dashboard.text()).isEqualTo(new JsonMapper().writer(printer).writeValueAsString(dashboard.json())
                + "\n");
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void panels_coverEachOtherNowhere(Dashboard dashboard) {
        Set<String> taken = new HashSet<>();
        for (Dashboard.Panel panel : dashboard.panels()) {
            JsonNode at = panel.json().path("gridPos");
            assertThat(at.path("x").asInt() + at.path("w").asInt()).as(panel.title()).isLessThanOrEqualTo(24);
            for (int x = at.path("x").asInt(); x < at.path("x").asInt() + at.path("w").asInt(); x++) {
                for (int y = at.path("y").asInt(); y < at.path("y").asInt() + at.path("h").asInt(); y++) {
                    assertThat(taken.add(x + "," + y)).as(panel.title() + " at " + x + "," + y).isTrue();
                }
            }
        }
        assertThat(dashboard.panels()).extracting(Dashboard.Panel::id).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("panels")
    void panel_saysWhatItShowsAndAsksTheChosenDataSource(Dashboard.Panel panel) {
        assertThat(panel.title()).isNotBlank();
        assertThat(panel.json().path("description").asText()).endsWith(".");
        assertThat(panel.unit()).isIn(UNITS);
        assertThat(panel.json().path("datasource").path("uid").asText()).isEqualTo("${datasource}");
        assertThat(panel.targets()).isNotEmpty().allSatisfy(target -> {
            assertThat(target.expression()).isNotBlank();
            assertThat(target.json().path("refId").asText()).matches("[A-H]");
            assertThat(target.legend()).isNotBlank();
            assertThat(target.json().path("datasource").path("uid").asText()).isEqualTo("${datasource}");
        });
        assertThat(panel.targets()).extracting(target -> target.json().path("refId")).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void expression_namesOnlyWhatTheCatalogueHas(String expression) {
        assertThat(CATALOGUE.unknown(Substituted.of(expression))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("expressions")
    void expression_ratesCountersOnly_andKeepsBucketsForQuantiles(String expression) {
        assertThat(RATED.matcher(expression).results().map(match -> match.group(1)))
                .allMatch(name -> name.matches(".*_(total|count|sum|bucket)"));
        if (expression.contains("histogram_quantile")) {
            assertThat(expression).contains("by (le");
        }
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void variables_areDeclaredAndUsed(Dashboard dashboard) {
        Set<String> declared = dashboard.variables().stream().map(variable -> variable.path("name").asText())
                .collect(Collectors.toSet());
        Set<String> used = VARIABLE.matcher(dashboard.json().path("panels") + " " + dashboard.json().path("links"))
                .results().map(match -> match.group(1)).filter(name -> !name.startsWith("__"))
                .collect(Collectors.toSet());

        assertThat(used).isEqualTo(declared);
    }

    @Test
    void variables_areThoseOfTheCatalogue() {
        assertThat(Dashboard.all(HOME)).flatMap(Dashboard::variables)
                .filteredOn(variable -> variable.path("type").asText().equals("query")).allSatisfy(variable -> {
                    String query = variable.path("query").path("query").asText();
                    String name = variable.path("name").asText();
                    assertThat(query).matches("label_values\\([a-z_]+, " + name + "\\)");
                    String metric = query.substring("label_values(".length(), query.indexOf(','));
                    assertThat(CATALOGUE.unknown(metric + "{" + name + "=~\".*\"}")).isEmpty();
                    assertThat(variable.path("allValue").asText()).isEqualTo(".*");
                });
    }

    @Test
    void exemplars_areAskedForWhereTheyLeadToTraces() {
        assertThat(Dashboard.all(HOME)).flatMap(Dashboard::panels).flatMap(Dashboard.Panel::targets)
                .filteredOn(target -> target.json().path("exemplar").asBoolean())
                .extracting(Dashboard.Target::expression).hasSizeGreaterThanOrEqualTo(5)
                .allMatch(expression -> expression.contains("_bucket"));
    }

    static Stream<Dashboard> dashboards() {
        return Dashboard.all(HOME).stream();
    }

    static Stream<Dashboard.Panel> panels() {
        return dashboards().flatMap(dashboard -> dashboard.panels().stream());
    }

    static Stream<String> expressions() {
        return Stream.concat(panels().flatMap(panel -> panel.targets().stream()).map(Dashboard.Target::expression),
                dashboards().map(dashboard -> dashboard.json().path("annotations").path("list").path(1).path("target")
                        .path("expr").asText()));
    }
}
