package io.throughline.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.logback.ThroughlineAppender;
import io.throughline.publish.Publisher;
import io.throughline.publish.WireRecords;
import io.throughline.redact.Finding;
import io.throughline.redact.RedactionRules;
import io.throughline.redact.Redactor;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceScope;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.MDC;
import org.slf4j.MarkerFactory;
import org.slf4j.helpers.BasicMDCAdapter;

@SuppressWarnings("try") // a scope is held, not used
class LogbackTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final TraceContext CONTEXT = new TraceContext("trace_abc123", "req_456", "user_789", null, null);

    private final MockProducer<byte[], byte[]> kafka = new MockProducer<>(true, null, new ByteArraySerializer(),
            new ByteArraySerializer());
    private final Publisher publisher = new Publisher(kafka,
            new WireRecords("t.", Clock.systemUTC(), new Redactor(RedactionRules.DEFAULT)), 1000);
    private final LoggerContext logback = new LoggerContext();

    LogbackTest() {
        logback.setMDCAdapter(MDC.getMDCAdapter() == null ? new BasicMDCAdapter() : MDC.getMDCAdapter());
        var appender = new ThroughlineAppender();
        appender.setContext(logback);
        appender.setService("shop");
        appender.setPublisher(publisher);
        appender.start();
        logback.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }

    @AfterEach
    void close() {
        logback.stop();
        publisher.close();
        MDC.clear();
    }

    private List<JsonNode> published(int count) throws Exception {
        await().atMost(Duration.ofSeconds(10)).until(() -> publisher.accounting().acknowledged() >= count);
        List<JsonNode> lines = new ArrayList<>();
        for (var record : kafka.history()) {
            assertThat(record.topic()).isEqualTo("t.logs");
            lines.add(JSON.readTree(record.value()));
        }
        return lines;
    }

    @Test
    void line_isTheGuidesJson() throws Exception {
        MDC.put("shop_id", "berlin");
        try (TraceScope scope = TraceScope.open(CONTEXT)) {
            logback.getLogger("app.api.main").atWarn().setMessage("Request {}").addArgument("processed")
                    .addMarker(MarkerFactory.getMarker("AUDIT")).addKeyValue("duration_ms", Duration.ofMillis(450))
                    .addKeyValue("status_code", 200).addKeyValue("error_code", "E17").addKeyValue("price", 1.5)
                    .addKeyValue("message", "mine").addKeyValue("tags", List.of("a", 1)).log();
        }
        JsonNode line = published(1).getFirst();
        assertThat(line.path("timestamp").textValue()).endsWith("Z");
        String rest = line.toString().replaceFirst("\"timestamp\":\"[^\"]*\",", "");
        assertThat(rest).isEqualTo("""
                {"level":"WARNING","logger":"app.api.main","message":"Request processed","trace_id":"trace_abc123",\
                "request_id":"req_456","user_id":"user_789","duration_ms":450,"status_code":200,"service":"shop",\
                "error_code":"E17","thread":"%s","markers":["AUDIT"],"shop_id":"berlin","price":1.5,\
                "message_":"mine","tags":["a",1]}""".formatted(Thread.currentThread().getName()));
    }

    @Test
    void exception_isPublishedWithItsStackTraceAndCause() throws Exception {
        logback.getLogger("a").error("failed", new IllegalStateException("outer", new RuntimeException("inner")));
        String stackTrace = published(1).getFirst().path("stack_trace").textValue();
        assertThat(stackTrace).startsWith("java.lang.IllegalStateException: outer").contains("\tat io.throughline.")
                .contains("Caused by: java.lang.RuntimeException: inner");
    }

    @Test
    void secret_isGoneFromMessageMdcPairsAndStackTrace() throws Exception {
        MDC.put("api_key", "sk-canary");
        logback.getLogger("a").atError().setCause(new IllegalStateException("token=canary1"))
                .addKeyValue("password", "canary2").addKeyValue("prompt", "a canary").log("Bearer canarycanary12");
        String line = published(1).getFirst().toString();
        assertThat(line).doesNotContain("canary").contains("[redacted]").contains("sha256");
        assertThat(publisher.redactions()).containsEntry(Finding.KEY, 3L).containsEntry(Finding.AUTHORIZATION, 1L)
                .containsEntry(Finding.PROMPT, 1L);
    }

    @Test
    void ownLines_areNotPublished() throws Exception {
        logback.getLogger("org.apache.kafka.clients.NetworkClient").error("a");
        logback.getLogger("io.throughline.publish.Delivery").error("b");
        logback.getLogger("org.apache.kafkaesque").error("c");
        assertThat(published(1)).hasSize(1);
        assertThat(publisher.accounting().accepted()).isEqualTo(1);
    }

    @Test
    void lineAboutTheServicesOwnRecords_isPublishedFromKafkasThread() throws Exception {
        OwnLines.addClient("shop-logs");
        Thread ours = new Thread(() -> logback.getLogger("a").error("ours"),
                "kafka-producer-network-thread | shop-logs");
        Thread theirs = new Thread(() -> logback.getLogger("a").error("the order was not sent"),
                "kafka-producer-network-thread | orders");
        ours.start();
        ours.join();
        theirs.start();
        theirs.join();
        assertThat(published(1)).hasSize(1);
        assertThat(publisher.accounting().accepted()).isEqualTo(1);
        assertThat(published(1).getFirst().path("message").textValue()).isEqualTo("the order was not sent");
    }

    @Test
    void hostileObject_costsAFieldAndNothingElse() throws Exception {
        var hostile = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("no");
            }
        };
        List<Object> cyclic = new ArrayList<>();
        cyclic.add(cyclic);
        cyclic.add(cyclic);
        var huge = new BigDecimal("1e999999999");
        logback.getLogger("a").atInfo().addKeyValue("hostile", hostile).addKeyValue("cyclic", cyclic)
                .addKeyValue("duration_ms", huge).addKeyValue("nan", Double.NaN).addKeyValue("status_code", "x")
                .log("m {} " + "x".repeat(2_000_000), hostile);
        JsonNode line = published(1).getFirst();
        assertThat(line.path("hostile").textValue()).contains("IllegalStateException");
        assertThat(line.path("nan").textValue()).isEqualTo("NaN");
        assertThat(line.path("status_code_").textValue()).isEqualTo("x");
        assertThat(line.toString().length()).isLessThan(300_000);
    }

    @Test
    void lineOutsideOfAnyRequest_belongsToTheTraceOfTheProcess() throws Exception {
        logback.getLogger("a").info("one");
        logback.getLogger("a").info("two");
        List<JsonNode> lines = published(2);
        assertThat(lines.get(0).path("trace_id").textValue()).matches("[0-9a-f]{32}")
                .isEqualTo(lines.get(1).path("trace_id").textValue());
    }

    @Test
    void linesLoggedWhileClosing_areCounted() {
        var logger = logback.getLogger("a");
        publisher.close();
        logger.info("too late");
        var last = publisher.accounting();
        assertThat(last.accepted()).isEqualTo(last.acknowledged() + last.dropped()).isEqualTo(1);
        assertThat(last.dropped()).isEqualTo(1);
    }

    @Test
    void fileOfTheEncoder_isReadByTheGuidesJq(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("app.log");
        var configured = new LoggerContext();
        configured.setMDCAdapter(logback.getMDCAdapter());
        var joran = new JoranConfigurator();
        joran.setContext(configured);
        joran.doConfigure(new ByteArrayInputStream("""
                <configuration><appender name="F" class="ch.qos.logback.core.FileAppender"><file>FILE</file>
                <encoder class="io.throughline.logback.ThroughlineEncoder"><service>shop</service></encoder></appender>
                <appender name="T" class="io.throughline.logback.ThroughlineAppender"><service>shop</service>
                <bootstrapServers>localhost:1</bootstrapServers><topicPrefix>t.</topicPrefix></appender>
                <root level="info"><appender-ref ref="F"/><appender-ref ref="T"/></root></configuration>
                """.replace("FILE", file.toString()).getBytes(UTF_8)));
        try (TraceScope scope = TraceScope.open(CONTEXT)) {
            configured.getLogger("app").error("line 1\nline 2 \u2028 Gr\u00fc\u00dfe password=canary");
        }
        configured.getLogger("app").info("another trace");
        configured.stop();
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).doesNotContain("canary");
        for (String filter : List.of("select(.trace_id == \"trace_abc123\")", "select(.level == \"ERROR\")",
                "select(.user_id == \"user_789\")")) {
            assertThat(jq(filter, file).path("message").textValue()).startsWith("line 1\nline 2");
        }
    }

    private static JsonNode jq(String filter, Path file) throws Exception {
        boolean there = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "jq")));
        Assumptions.assumeTrue(there, "jq is not installed; ./throughline test fetches it");
        var process = new ProcessBuilder("jq", "-c", filter, file.toString()).redirectErrorStream(true).start();
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(answer).isZero();
        assertThat(answer.lines()).hasSize(1);
        return JSON.readTree(answer);
    }
}
