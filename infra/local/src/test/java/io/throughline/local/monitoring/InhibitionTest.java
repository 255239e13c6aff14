package io.throughline.local.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.throughline.local.Home;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is not told of what while something else fires: one thing that is down silences what follows from it, and no more. */
class InhibitionTest {

    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!~|=)\"([^\"]*)\"");

    @ParameterizedTest
    @CsvSource({
            "alertname=ServiceDown service=gateway, alertname=HighErrorRate, true",
            "alertname=ServiceDown service=gateway, alertname=HighLatency, true",
            "alertname=ServiceDown service=gateway, alertname=HighActiveJobs, true",
            "alertname=ServiceDown service=gateway, alertname=LowCacheHitRate, true",
            "alertname=ServiceDown service=gateway, alertname=BatchProcessingFailure, false",
            "alertname=ServiceDown service=gateway, alertname=ThroughlineServiceSilent service=gateway, true",
            "alertname=ServiceDown service=gateway, alertname=ThroughlineServiceSilent service=worker, false",
            "alertname=ServiceDown service=shipper, alertname=HighErrorRate, false",
            "alertname=ServiceDown service=shipper, alertname=ThroughlineShipperBehind, true",
            "alertname=ServiceDown service=shipper, alertname=ThroughlineAggregatorBehind, false",
            "alertname=ServiceDown service=shipper, alertname=ThroughlineNotScraped server=aggregator, false",
            "alertname=ServiceDown service=aggregator, alertname=ThroughlineNotScraped server=aggregator, true",
            "alertname=ThroughlineCatchingUp, alertname=BatchProcessingFailure, true",
            "alertname=ThroughlineCatchingUp, alertname=LLMHighErrorRate, true",
            "alertname=ThroughlineCatchingUp, alertname=ServiceDown service=gateway, false",
            "alertname=ThroughlineNotScraped server=aggregator, alertname=DatabaseConnectionIssue, true",
            "alertname=ThroughlineNotScraped server=shipper, alertname=DatabaseConnectionIssue, false"})
    void firing_holdsBackWhatFollowsFromIt(String source, String target, boolean held) throws IOException {
        JsonNode rules = new YAMLMapper().readTree(
                Home.find().root().resolve("infra/alertmanager/alertmanager.yml").toFile()).path("inhibit_rules");

        assertThat(rules.valueStream().anyMatch(rule -> matches(rule.path("source_matchers"), labels(source))
                && matches(rule.path("target_matchers"), labels(target)) && rule.path("equal").valueStream()
                        .allMatch(name -> Objects.equals(labels(source).get(name.asText()),
                                labels(target).get(name.asText())))))
                .isEqualTo(held);
    }

    private static boolean matches(JsonNode matchers, Map<String, String> labels) {
        return matchers.valueStream().map(matcher -> MATCHER.matcher(matcher.asText())).allMatch(matcher -> {
            assertThat(matcher.matches()).isTrue();
            String value = labels.getOrDefault(matcher.group(1), "");
            return switch (matcher.group(2)) {
                case "=~" -> value.matches(matcher.group(3));
                case "!~" -> !value.matches(matcher.group(3));
                default -> value.equals(matcher.group(3));
            };
        });
    }

    private static Map<String, String> labels(String text) {
        return Arrays.stream(text.split(" ")).map(label -> label.split("="))
                .collect(Collectors.toMap(label -> label[0], label -> label[1]));
    }
}
