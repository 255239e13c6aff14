package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.publish.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KafkaClientsTest {

    @Test
    void consumer_takesTheUsersProperties_saveWhatItsGuaranteesRestOn() {
        var properties = KafkaClients.consumerProperties(ShipperConfig.from(Settings.of(Map.of(
                "THROUGHLINE_KAFKA_SECURITY_PROTOCOL", "SSL", "THROUGHLINE_KAFKA_MAX_POLL_RECORDS", "7",
                "THROUGHLINE_KAFKA_ISOLATION_LEVEL", "read_uncommitted", "THROUGHLINE_KAFKA_ENABLE_AUTO_COMMIT", "true",
                "THROUGHLINE_KAFKA_AUTO_OFFSET_RESET", "latest", "THROUGHLINE_KAFKA_ALLOW_AUTO_CREATE_TOPICS", "true",
                "THROUGHLINE_KAFKA_GROUP_ID", "another"))));
        assertThat(properties).containsEntry("security.protocol", "SSL").containsEntry("max.poll.records", "7")
                .containsEntry("isolation.level", "read_committed").containsEntry("enable.auto.commit", false)
                .containsEntry("auto.offset.reset", "none").containsEntry("allow.auto.create.topics", false)
                .containsEntry("group.id", "throughline.log-shipper");
    }
}
