package io.throughline.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.http.Routes;
import io.throughline.http.TraceFilter;
import io.throughline.trace.TraceScope;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** Services keep this library for years: what it brings along stays three libraries. */
class DependenciesTest {

    private static final List<String> AT_RUN_TIME = List.of("kafka-clients", "jackson-databind", "slf4j-api");

    /** A service's main class with nothing optional on its class path. */
    static final class Bare {

        private Bare() {}

        public static void main(String[] arguments) throws Exception {
            var settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", "localhost:1"));
            try (var publisher = Publisher.start(settings, "bare");
                    var scope = TraceScope.open(TraceScope.newTrace())) {
                publisher.emit(Samples.EVENT);
                var unused = new TraceFilter("bare", publisher::emit,
                        Routes.declared());
                System.out.println(publisher.close(Duration.ofMillis(10)).accepted() + " of "
                        + scope.getClass().getSimpleName());
            }
            System.out.println("done");
        }
    }

    @Test
    void pom_bringsThreeLibrariesAndTheRestIsOptional() throws Exception {
        var pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File("pom.xml"));
        List<String> atRunTime = new ArrayList<>();
        var dependencies = ((Element) pom.getElementsByTagName("dependencies").item(0))
                .getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            var dependency = (Element) dependencies.item(i);
            String scope = text(dependency, "scope");
            if (!text(dependency, "optional").equals("true") && (scope.isEmpty() || scope.equals("runtime"))) {
                atRunTime.add(text(dependency, "artifactId"));
            }
        }
        assertThat(atRunTime).containsExactlyInAnyOrderElementsOf(AT_RUN_TIME);
    }

    @Test
    void serviceWithNothingOptional_starts() throws Exception {
        List<String> bare = List.of("kafka-clients", "jackson-", "slf4j-api", "jspecify", "lz4-java", "zstd-jni",
                "snappy-java");
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> new File(entry).isDirectory()
                        || bare.stream().anyMatch(Path.of(entry).getFileName().toString()::startsWith))
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(classPath).doesNotContain("logback").doesNotContain("opentelemetry");
        var java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", classPath, Bare.class.getName()).redirectErrorStream(true).start();
        String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor()).as(printed).isZero();
        assertThat(printed).contains("1 of TraceScope").endsWith("done\n");
    }

    private static String text(Element element, String name) {
        var children = element.getElementsByTagName(name);
        return children.getLength() == 0 ? "" : children.item(0).getTextContent().strip();
    }
}
