package io.throughline.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.throughline.log4j.ThroughlineAppender;
import io.throughline.publish.Publisher;
import io.throughline.publish.WireRecords;
import io.throughline.redact.RedactionRules;
import io.throughline.redact.Redactor;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.logging.log4j.MarkerManager;
import org.apache.logging.log4j.ThreadContext;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.message.StringMapMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Log4jTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static LoggerContext configured(String appenders, String refs) throws Exception {
        String xml = "<Configuration status=\"ERROR\"><Appenders>" + appenders
                + "</Appenders><Loggers><Root level=\"trace\">"
                + refs + "</Root></Loggers></Configuration>";
        return Configurator.initialize(null, new ConfigurationSource(new ByteArrayInputStream(xml.getBytes(UTF_8))));
    }

    @Test
    void layout_writesTheSameJsonAndTheAppenderIsFoundByItsName(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("app.log");
        var log4j = configured("<File name=\"F\" fileName=\"" + file + "\"><ThroughlineLayout service=\"shop\"/></File>"
                + "<Throughline name=\"T\" service=\"shop\" bootstrapServers=\"localhost:1\" topicPrefix=\"t.\"/>",
                "<AppenderRef ref=\"F\"/><AppenderRef ref=\"T\"/>");
        ThreadContext.put("trace_id", "trace_abc123");
        ThreadContext.put("password", "canary");
        log4j.getLogger("app").fatal(MarkerManager.getMarker("AUDIT"), "failed token=canary",
                new IllegalStateException("why"));
        ThreadContext.clearAll();
        assertThat(log4j.getConfiguration().<ThroughlineAppender>getAppender("T")).isNotNull();
        log4j.stop();
        assertThat(Files.readString(file)).doesNotContain("canary");
        JsonNode line = JSON.readTree(Files.readString(file));
        assertThat(line.path("level").textValue()).isEqualTo("CRITICAL");
        assertThat(line.path("trace_id").textValue()).isEqualTo("trace_abc123");
        assertThat(line.path("markers").get(0).textValue()).isEqualTo("AUDIT");
        assertThat(line.path("stack_trace").textValue()).startsWith("java.lang.IllegalStateException: why\n\tat ");
    }

    @Test
    void appender_publishesEachLineButItsOwn() throws Exception {
        var kafka = new MockProducer<byte[], byte[]>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        var publisher = new Publisher(kafka,
                new WireRecords("t.", Clock.systemUTC(), new Redactor(RedactionRules.DEFAULT)), 100);
        var log4j = configured("", "");
        var appender = new ThroughlineAppender("T", null, "shop", publisher);
        appender.start();
        log4j.getConfiguration().getRootLogger().addAppender(appender, null, null);
        log4j.getLogger("org.apache.kafka.clients.X").error("own");
        log4j.getLogger("app").warn(new StringMapMessage(Map.of("status_code", "503", "shop", "berlin")));
        publisher.close();
        log4j.stop();
        assertThat(kafka.history()).hasSize(1);
        JsonNode line = JSON.readTree(kafka.history().getFirst().value());
        assertThat(line.path("status_code").intValue()).isEqualTo(503);
        assertThat(line.path("shop").textValue()).isEqualTo("berlin");
        assertThat(line.path("level").textValue()).isEqualTo("WARNING");
    }
}
