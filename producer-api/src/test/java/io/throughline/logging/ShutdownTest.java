package io.throughline.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.core.config.Configurator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that logs and ends at once: what no broker has is told, to the line. */
@Timeout(60)
class ShutdownTest {

    private static final int LINES = 1_000;

    @TempDir
    private Path folder;

    /** A service with nothing but Log4j and its configuration, which its publisher comes from. */
    static final class Service {

        private Service() {}

        public static void main(String[] args) {
            var log4j = Configurator.initialize("service", args[0]);
            for (int i = 0; i < LINES; i++) {
                log4j.getLogger("app").info("line {}", i);
            }
            log4j.getLogger("org.apache.kafka").error("not a line of the service");
            System.exit(0);
        }
    }

    @Test
    void linesOfLog4jThatNoBrokerTook_areToldWhenTheProcessEnds() throws Exception {
        assertThat(run(List.of())).contains("throughline: " + LINES + " records were not stored by the brokers")
                .contains("accepted=" + LINES).contains("CLOSED=" + LINES).contains("queued=0");
    }

    @Test
    void linesOfLog4jThatWereSpilled_areNoLossAndWaitForTheNextStart() throws Exception {
        Path spill = folder.resolve("spill");
        assertThat(run(List.of("THROUGHLINE_SPILL_DIR=" + spill))).doesNotContain("records were not stored");
        try (var files = Files.list(spill)) {
            String kept = String.join("", files.map(ShutdownTest::text).toList());
            assertThat(kept).contains("line 0\"", "line " + (LINES - 1) + '"');
        }
    }

    private String run(List<String> environment) throws Exception {
        Path config = Files.writeString(folder.resolve("log4j2.xml"), """
                <Configuration><Appenders>
                <Throughline name="T" service="shop" bootstrapServers="localhost:1" topicPrefix="t."/>
                </Appenders><Loggers><Root level="info"><AppenderRef ref="T"/></Root></Loggers></Configuration>""");
        var java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Service.class.getName(), config.toString());
        environment.forEach(each -> java.environment().put(each.substring(0, each.indexOf('=')),
                each.substring(each.indexOf('=') + 1)));
        Process service = java.redirectErrorStream(true).start();
        String said = new String(service.getInputStream().readAllBytes(), UTF_8);
        assertThat(service.waitFor(30, TimeUnit.SECONDS)).as(said).isTrue();
        assertThat(service.exitValue()).as(said).isZero();
        return said;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
