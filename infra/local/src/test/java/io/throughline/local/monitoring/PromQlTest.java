package io.throughline.local.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromQlTest {

    @Test
    void names_areThoseOfMetricsAndLabels() {
        var names = PromQl.of("""
                histogram_quantile(0.95, sum by (le, model) (rate(a_bucket{model=~"x|y", status!="by (z)"}[5m])))
                and on () (time() - b:c > 1e3) or 60 * d unless ignoring (job) e{f="\\"g{"} offset 1h""");

        assertThat(names.selectors()).isEqualTo(Map.of("a_bucket", Set.of("model", "status"), "b:c", Set.of(), "d",
                Set.of(), "e", Set.of("f")));
        assertThat(names.grouping()).containsExactlyInAnyOrder("le", "model", "job");
    }
}
