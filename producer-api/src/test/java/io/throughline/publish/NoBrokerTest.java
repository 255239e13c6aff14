package io.throughline.publish;

import static io.throughline.publish.Samples.EVENT;
import static io.throughline.publish.Samples.TRACE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real Kafka producer, with nobody listening where its broker should be. */
@Timeout(60)
class NoBrokerTest {

    private static final int CALLS = 20_000;

    @Test
    void emit_staysFastAndCloseIsBounded() throws IOException {
        var publisher = Publisher.start(Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", nobody(),
                "THROUGHLINE_QUEUE_RECORDS", "1000")), "test");
        for (int i = 0; i < CALLS; i++) {
            publisher.emit(EVENT, TRACE); // until the code is compiled
        }
        assertThat(percentile(emitting(publisher))).isLessThan(Duration.ofMillis(1));
        assertThat(publisher.accounting().queued()).isEqualTo(1000);

        long start = System.nanoTime();
        Accounting last = publisher.close(Duration.ofSeconds(1));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        assertThat(last.accepted()).isGreaterThanOrEqualTo(2 * CALLS);
        assertThat(last.dropped()).isEqualTo(last.accepted());
        assertThat(last.dropped(DropReason.CLOSED)).isEqualTo(1000);
    }

    @Test
    void start_waitsForNobody() throws IOException {
        Settings settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", nobody()));
        Publisher.start(settings, "warm-up").close(Duration.ZERO); // loads the classes
        long start = System.nanoTime();
        var publisher = Publisher.start(settings, "test");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        publisher.close(Duration.ZERO);
    }

    @Test
    void hostThatIsUnknown_stopsNoStart() {
        try (var publisher = Publisher.start(Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS",
                "no-such-host.invalid:9092")), "test")) {
            publisher.emit(EVENT, TRACE);
            await().until(() -> !publisher.lastFailure().isEmpty());
            assertThat(publisher.accounting().queued()).isEqualTo(1);
            publisher.close(Duration.ZERO);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka", "kafka:65536", ":9092", "kafka:x", ""})
    void brokerWithoutHostOrPort_isRefusedAndNamed(String broker) {
        Settings settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", "kafka:9092," + broker));
        assertThatThrownBy(() -> Publisher.builder(settings, "test")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("THROUGHLINE_BOOTSTRAP_SERVERS must be of the form host:port, got \"" + broker + '"');
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka:9092", "a.b-c_d:1, 10.0.0.1:65535", "[::1]:9092", "SASL_SSL://kafka:9093"})
    void brokersAsKafkaTakesThem_areTaken(String brokers) {
        var unused = Publisher.builder(Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", brokers)), "test");
        assertThat(brokers.split(",")).allSatisfy(broker -> assertThat(Utils.getPort(broker.strip())).isNotNull());
    }

    @Test
    void kafkaPropertyThatIsWrong_stopsTheStart() {
        Settings settings = Settings.of(Map.of("THROUGHLINE_KAFKA_LINGER_MS", "soon"));
        assertThatThrownBy(() -> Publisher.builder(settings, "test")).isInstanceOf(ConfigException.class)
                .hasMessageContaining("linger.ms").hasMessageContaining("soon");
    }

    @ParameterizedTest
    @CsvSource({"RETRIES,0", "MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,6"})
    void settingAgainstIdempotence_isRefused(String name, String value) throws IOException {
        Settings settings = Settings.of(
                Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", nobody(), "THROUGHLINE_KAFKA_" + name, value));
        assertThatThrownBy(() -> KafkaProducers.create(settings, "test", Map.of()))
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void kafkaSetting_winsOverADefault() throws IOException {
        Settings settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", nobody(),
                "THROUGHLINE_KAFKA_MAX_BLOCK_MS", "1"));
        try (var producer = KafkaProducers.create(settings, "test", Map.of("max.block.ms", Long.MAX_VALUE))) {
            assertThat(producer).isInstanceOf(KafkaProducer.class);
            long start = System.nanoTime();
            assertThat(producer.send(new WireRecords("test.", Clock.systemUTC()).of(EVENT, TRACE)))
                    .failsWithin(Duration.ofSeconds(30));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
        }
    }

    /** The best of some rounds, because a pause of the whole machine is not the publisher's. */
    private static long[][] emitting(Publisher publisher) {
        long[][] rounds = new long[5][CALLS];
        for (long[] nanos : rounds) {
            for (int i = 0; i < CALLS; i++) {
                long start = System.nanoTime();
                publisher.emit(EVENT, TRACE);
                nanos[i] = System.nanoTime() - start;
            }
        }
        return rounds;
    }

    private static Duration percentile(long[][] rounds) {
        return Duration.ofNanos(Arrays.stream(rounds).mapToLong(nanos -> {
            Arrays.sort(nanos);
            return nanos[nanos.length * 999 / 1000];
        }).min().orElseThrow());
    }

    private static String nobody() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }
}
