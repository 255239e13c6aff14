package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.event.LogLevel;
import io.throughline.serve.Problem;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {

    @Test
    void nothing_asksForTheNewestHundred() throws Problem {
        assertThat(Parameters.logQuery(null)).isEqualTo(LogQuery.newest(100));
    }

    @ParameterizedTest
    @ValueSource(strings = {"trace_id", "request_id", "user_id", "job_id", "batch_id", "service", "logger",
            "error_code"})
    void field_mustHaveExactlyTheValue(String name) throws Problem {
        assertThat(Parameters.logQuery(name + "=a%20b%2Fc").exact()).containsEntry(name, "a b/c").hasSize(1);
    }

    @Test
    void level_isReadInItsOtherNames() throws Problem {
        assertThat(Parameters.logQuery("level=warn").levels()).containsExactly(LogLevel.WARNING);
    }

    @Test
    void minLevel_takesItAndWhatIsWorse() throws Problem {
        assertThat(Parameters.logQuery("min_level=ERROR").levels()).containsExactlyInAnyOrder(LogLevel.ERROR,
                LogLevel.CRITICAL);
    }

    @Test
    void times_areReadWithTheirOffset_encodedOrNot() throws Problem {
        assertThat(Parameters.logQuery("from=2026-01-28T15:30:00+01:00").from()).isEqualTo(Instant.parse(
                "2026-01-28T14:30:00Z"));
    }

    @Test
    void times_canBeRelative() throws Problem {
        LogQuery query = Parameters.logQuery("from=today&to=-2h", Instant.parse("2026-01-28T15:30:00Z"));
        assertThat(query.from()).isEqualTo(Instant.parse("2026-01-28T00:00:00Z"));
        assertThat(query.to()).isEqualTo(Instant.parse("2026-01-28T13:30:00Z"));
    }

    @Test
    void cursor_bringsItsOrder() throws Problem {
        var cursor = new Cursor(Order.OLDEST, 5, "throughline.logs", 1, 7);
        assertThat(Parameters.logQuery("cursor=" + cursor.encoded())).extracting(LogQuery::after, LogQuery::order)
                .containsExactly(cursor, Order.OLDEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=10001", "limit=x", "level=LOUD", "min_level=", "order=random",
            "cursor=zzz", "from=tomorrow", "to=2026", "status_code=abc", "service=a&service=b", "colour=red",
            "kind=metric", "q=...",
            "q=%22open", "q=%zz", "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "level=INFO&min_level=ERROR"})
    void badParameter_isRefusedByName(String query) {
        String name = query.substring(0, query.indexOf('='));
        assertThatThrownBy(() -> Parameters.logQuery(query)).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(400);
            assertThat(problem).hasMessageMatching(query.equals("q=%zz") ? ".*%zz.*" : ".*" + name + ".*");
        });
    }

    /** The best of five, since a busy machine makes any single one slow; none is to need more than 50 ms. */
    @Test
    void hostileQuestion_isRefusedAtOnce() {
        for (String query : List.of("q=" + "(".repeat(20_000), "q=" + "(".repeat(512), "q=" + "a%20".repeat(50),
                "q=" + "\"".repeat(255), "q=" + "-".repeat(300) + "a", "q=" + "NOT%20".repeat(80) + "a",
                "q=" + "(a%20OR%20".repeat(25), "q=" + "a*%20".repeat(100), "q=" + "%E6%BC%A2".repeat(500),
                "q=/((a{1,200}){1,200}){1,20}/".repeat(20), "level=" + "INFO,".repeat(800) + "x",
                "cursor=" + "A".repeat(4_000), "from=" + "9".repeat(4_000), "trace_id=" + "x".repeat(300_000),
                "a=1&".repeat(50_000))) {
            long best = Long.MAX_VALUE;
            for (int i = 0; i < 5; i++) {
                long begin = System.nanoTime();
                assertThatThrownBy(() -> Parameters.logQuery(query)).isInstanceOfSatisfying(Problem.class,
                        problem -> assertThat(problem.status()).isEqualTo(400));
                best = Math.min(best, System.nanoTime() - begin);
            }
            assertThat(best).as(query.substring(0, Math.min(40, query.length()))).isLessThan(50_000_000L);
        }
    }
}
