package io.throughline.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @Test
    void nothingSet_givesDefaults() {
        Settings settings = Settings.of(Map.of());
        assertThat(settings.bootstrapServers()).isEqualTo("localhost:9092");
        assertThat(settings.topicPrefix()).isEqualTo("throughline.");
        assertThat(settings.bind()).isEqualTo("127.0.0.1");
        assertThat(settings.duration("THROUGHLINE_X", Duration.ofMillis(1500))).isEqualTo(Duration.ofMillis(1500));
        assertThat(settings.effective()).isEqualTo(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", "localhost:9092",
                "THROUGHLINE_TOPIC_PREFIX", "throughline.", "THROUGHLINE_BIND", "127.0.0.1", "THROUGHLINE_X",
                "1500ms"));
    }

    @Test
    void blankValue_countsAsNotSet() {
        assertThat(Settings.of(Map.of("THROUGHLINE_TOPIC_PREFIX", " ")).topicPrefix()).isEqualTo("throughline.");
    }

    @Test
    void unknownSetting_isNamedWithTheKnownOnes() {
        Settings settings = Settings.of(Map.of("THROUGHLINE_TOPIC_PERFIX", "x.", "PATH", "/bin"));
        settings.topicPrefix();
        assertThatIllegalArgumentException().isThrownBy(settings::rejectUnknown)
                .withMessageStartingWith("unknown setting THROUGHLINE_TOPIC_PERFIX; did you mean"
                        + " THROUGHLINE_TOPIC_PREFIX? known are THROUGHLINE_AGGREGATOR_PORT, ")
                .withMessageEndingWith(" and THROUGHLINE_KAFKA_*");
    }

    @Test
    void settingLikeNoOther_isNamedWithoutAGuess() {
        Settings settings = Settings.of(Map.of("THROUGHLINE_COLOUR", "red"));
        assertThatIllegalArgumentException().isThrownBy(settings::rejectUnknown)
                .withMessageStartingWith("unknown setting THROUGHLINE_COLOUR; known are ");
    }

    @Test
    void settingsOfOtherParts_arePassed() {
        Settings settings = Settings.of(Map.of("THROUGHLINE_SHIPPER_URL", "http://localhost:1",
                "THROUGHLINE_DEMO_RATE_FILE", "/run/rate", "THROUGHLINE_KAFKA_CLIENT_RACK", "r1"));
        assertThatCode(settings::rejectUnknown).doesNotThrowAnyException();
    }

    @Test
    void knownSettings_arePassed(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("secret"), "s3cret\n");
        Settings settings = Settings.of(Map.of("THROUGHLINE_BIND", "0.0.0.0", "THROUGHLINE_KAFKA_CLIENT_RACK", "r1",
                "THROUGHLINE_KAFKA_SASL_JAAS_CONFIG_FILE", file.toString(), "OTHER", "x"));
        settings.bind();
        settings.kafka();
        assertThatCode(settings::rejectUnknown).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"500ms,PT0.5S", "0s,PT0S", "30s,PT30S", "5m,PT5M", "24h,PT24H", "7d,PT168H", "' 30s ',PT30S"})
    void duration_isReadInItsUnits(String text, Duration duration) {
        assertThat(Settings.of(Map.of("THROUGHLINE_X", text)).duration("THROUGHLINE_X", Duration.ZERO))
                .isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30", "s", "-1s", "1.5s", "30 s", "30S", "PT30S", "1h30m", "9999999999s"})
    void malformedDuration_isNamedWithItsKey(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.of(Map.of("THROUGHLINE_X", text)).duration("THROUGHLINE_X", Duration.ZERO))
                .withMessage("THROUGHLINE_X must be a duration such as 500ms, 30s, 5m, 24h or 7d, got \"" + text + '"');
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "11", "ten", "1.0", "99999999999"})
    void integerOutOfRange_isNamedWithItsKey(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.of(Map.of("THROUGHLINE_X", text)).integer("THROUGHLINE_X", 5, 1, 10))
                .withMessage("THROUGHLINE_X must be a whole number from 1 to 10, got " + text);
    }

    @Test
    void integerInRange_isRead() {
        Settings settings = Settings.of(Map.of("THROUGHLINE_X", "10"));
        assertThat(settings.integer("THROUGHLINE_X", 5, 1, 10)).isEqualTo(10);
        assertThat(settings.integer("THROUGHLINE_Y", 5, 1, 10)).isEqualTo(5);
    }

    @Test
    void flag_isTrueOrFalseOnly() {
        assertThat(Settings.of(Map.of("THROUGHLINE_X", "TRUE")).flag("THROUGHLINE_X", false)).isTrue();
        assertThat(Settings.of(Map.of("THROUGHLINE_X", "false")).flag("THROUGHLINE_X", true)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.of(Map.of("THROUGHLINE_X", "yes")).flag("THROUGHLINE_X", true))
                .withMessage("THROUGHLINE_X must be true or false, got \"yes\"");
    }

    @Test
    void kafkaProperties_passThroughUnderTheirKafkaNames(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("jaas"), "from a file\n");
        Settings settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", "kafka:1",
                "THROUGHLINE_KAFKA_SASL_MECHANISM", "PLAIN", "THROUGHLINE_KAFKA_SASL_JAAS_CONFIG_FILE", file.toString(),
                "THROUGHLINE_KAFKA_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM", ""));
        assertThat(settings.kafka()).isEqualTo(Map.of("bootstrap.servers", "kafka:1", "sasl.mechanism", "PLAIN",
                "sasl.jaas.config", "from a file", "ssl.endpoint.identification.algorithm", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"THROUGHLINE_KAFKA_SASL_JAAS_CONFIG", "THROUGHLINE_KAFKA_SSL_KEYSTORE_PASSWORD",
            "THROUGHLINE_KAFKA_SSL_KEYSTORE_KEY", "THROUGHLINE_KAFKA_SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_SECRET",
            "THROUGHLINE_KAFKA_SSL_KEY_PASSWORD"})
    void secret_isMaskedWhereverItComesFrom(String key, @TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("secret"), "s3cret");
        for (var environment : List.of(Map.of(key, "s3cret"), Map.of(key + "_FILE", file.toString()))) {
            Settings settings = Settings.of(environment);
            assertThat(settings.kafka()).containsValue("s3cret");
            assertThat(settings.effective()).containsEntry(key, "****");
            assertThat(settings.effective().toString()).doesNotContain("s3cret");
        }
    }

    @Test
    void file_isReadWithoutItsLineEnd(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("value"), " kafka:1 \n");
        assertThat(Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS_FILE", file.toString())).bootstrapServers())
                .isEqualTo("kafka:1");
    }

    @Test
    void blankFile_countsAsNotSet(@TempDir Path dir) throws IOException {
        Path file = Files.writeString(dir.resolve("value"), "\n");
        assertThat(Settings.of(Map.of("THROUGHLINE_BIND_FILE", file.toString())).bind()).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere/to/be/found", "/", "a\u0000b", ""})
    void unreadableFile_isNamedWithItsKey(String file) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.of(Map.of("THROUGHLINE_BIND_FILE", file)).bind())
                .withMessageStartingWith("THROUGHLINE_BIND_FILE names a file that cannot be read: \"" + file + '"');
    }

    @Test
    void valueAndFile_cannotBothBeSet() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Settings.of(Map.of("THROUGHLINE_BIND", "a", "THROUGHLINE_BIND_FILE", "b")).bind())
                .withMessage("THROUGHLINE_BIND and THROUGHLINE_BIND_FILE are both set; keep one");
    }
}
