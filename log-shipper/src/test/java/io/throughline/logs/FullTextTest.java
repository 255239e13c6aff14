package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.throughline.logs.TextQuery.And;
import io.throughline.logs.TextQuery.Field;
import io.throughline.logs.TextQuery.Not;
import io.throughline.logs.TextQuery.Or;
import io.throughline.logs.TextQuery.Phrase;
import io.throughline.logs.TextQuery.Prefix;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FullTextTest {

    @Test
    void words_mustAllOccur_andNamesFallApart() throws Problem {
        assertThat(tree("Connection java.lang.Error \"a phrase\"")).isEqualTo(new And(List.of(word("connection"),
                new Phrase(List.of("java", "lang", "error")), new Phrase(List.of("a", "phrase")))));
    }

    @Test
    void or_bindsWeakerThanAnd() throws Problem {
        assertThat(tree("a b OR c AND NOT d")).isEqualTo(new Or(List.of(new And(List.of(word("a"), word("b"))),
                new And(List.of(word("c"), new Not(word("d")))))));
    }

    @Test
    void parentheses_minusPrefixAndField() throws Problem {
        assertThat(tree("-(a OR b) conn* service:api level:warn")).isEqualTo(new And(List.of(
                new Not(new Or(List.of(word("a"), word("b")))), new Prefix("conn"), new Field("service", "api"),
                new Field("level", "WARNING"))));
        assertThat(tree("java.net.Sock*")).isEqualTo(new And(List.of(new Phrase(List.of("java", "net")), new Prefix(
                "sock"))));
        assertThat(tree("error_code:\"E 1\"")).isEqualTo(new Field("error_code", "E 1"));
        assertThat(tree("http://host")).isEqualTo(new Phrase(List.of("http", "host")));
        assertThat(tree("well-known - x")).isEqualTo(new And(List.of(new Phrase(List.of("well", "known")), word("x"))));
    }

    @Test
    void scriptsWithoutBlanks_giveAWordForEachCharacter() throws Problem {
        assertThat(tree("接続失敗")).isEqualTo(new Phrase(List.of("接", "続", "失", "敗")));
        assertThat(tree("Größe")).isEqualTo(word("größe"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(a", "a)", "()", "a OR", "AND a", "a AND AND b", "NOT", "\"a", "a*", "level:LOUD",
            "service:",
            "...", "a OR OR b", "((((((((((a))))))))))", "- - - \"\""})
    void whatCannotBeRead_isRefusedWithItsPlace(String text) {
        assertThatThrownBy(() -> tree(text)).isInstanceOfSatisfying(Problem.class, problem -> assertThat(problem
                .status()).isEqualTo(400)).hasMessageContaining("q ");
    }

    @ParameterizedTest
    @CsvSource({"socket timeout,1", "socket OR cache,2", "socket -timeout,0", "NOT socket,2", "time*,2",
            "(cache OR socket) AND (miss OR timeout),2", "\"timeout socket\",0", "service:api,1", "-service:api,2",
            "\"miss reset\",0"})
    void stores_findWhatIsAskedFor(String text, long total, @TempDir Path dir) throws IOException, Problem {
        try (var store = Samples.store(dir)) {
            store.append(Samples.entry(Samples.line(0, "socket timeout", ",\"service\":\"api\"")));
            store.append(Samples.entry(Samples.line(1, "cache miss", ",\"stack_trace\":\"reset at Cache.java\"")));
            store.append(Samples.entry(Samples.line(2, "time flies")));
            store.refresh();
            var query = LogQuery.newest(10);
            assertThat(store.search(new LogQuery(query.kinds(), query.exact(), query.levels(), null, null,
                    FullText.read(text), Order.NEWEST, 10, null)).total()).isEqualTo(total);
        }
    }

    /** Nobody can make the reader slow, deep or throw anything but a refusal. */
    @Test
    void anyText_isReadOrRefusedAtOnce() {
        String[] pieces = {"(", ")", "\"", "-", "*", ":", "AND ", "OR ", "NOT ", "a", "level:", "service:x", " ", "\t",
                "\u0000", "\ud800", "接", "%", "\\", "{1,200}", "java.lang."};
        var random = new Random(42);
        var threads = ManagementFactory.getThreadMXBean();
        long slowest = 0;
        for (int i = 0; i < 30_000; i++) {
            var text = new StringBuilder();
            int length = random.nextInt(400);
            while (text.length() < length) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            long begin = threads.getCurrentThreadCpuTime();
            try {
                assertThat(FullText.read(text.toString()).tree()).isNotNull();
            } catch (Problem refused) {
                assertThat(refused.status()).isEqualTo(400);
            }
            slowest = Math.max(slowest, threads.getCurrentThreadCpuTime() - begin);
        }
        // CPU time, because machines stand still at times; what a hostile text could cost is seconds.
        assertThat(slowest).isLessThan(1_000_000_000L);
    }

    private static TextQuery tree(String text) throws Problem {
        return FullText.read(text).tree();
    }

    private static Phrase word(String word) {
        return new Phrase(List.of(word));
    }
}
