package io.throughline.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.throughline.publish.Publisher;
import io.throughline.publish.Settings;
import io.throughline.publish.WireRecords;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoTrafficTest {

    private final MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, new ByteArraySerializer(),
            new ByteArraySerializer());

    @Test
    void traffic_isPublishedInRealTime() {
        Clock clock = Clock.systemUTC();
        var demo = start(clock);
        await().until(() -> producer.history().size() > 30);
        var published = producer.history();
        long now = clock.millis();
        demo.close();

        assertThat(published).allSatisfy(record -> assertThat(record.timestamp()).isLessThanOrEqualTo(now));
    }

    @Test
    void close_endsEveryJobAndComesBackQuickly() {
        var demo = start(Clock.systemUTC());
        await().until(() -> count("job.created") >= 3);
        long closing = System.nanoTime();
        demo.close();

        assertThat((System.nanoTime() - closing) / 1e9).isLessThan(3);
        assertThat(count("job.completed")).isEqualTo(count("job.created"));
        assertThat(count("batch.completed")).isEqualTo(count("batch.created"));
    }

    @Test
    void closingTwice_isHarmless() {
        var demo = start(Clock.systemUTC());
        demo.close();
        demo.close();

        assertThat(producer.closed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "fast", "1001", "1e3"})
    void rateOutOfRange_isNamed(String rate) {
        assertThatThrownBy(() -> DemoTraffic.configure(Settings.of(Map.of("THROUGHLINE_DEMO_RATE", rate))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("THROUGHLINE_DEMO_RATE")
                .hasMessageContaining(rate);
    }

    @Test
    void seedThatIsNoNumber_isNamed() {
        assertThatThrownBy(() -> DemoTraffic.configure(Settings.of(Map.of("THROUGHLINE_DEMO_SEED", "lucky"))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("THROUGHLINE_DEMO_SEED");
    }

    private DemoTraffic start(Clock clock) {
        var publisher = new Publisher(producer, new WireRecords("throughline.", clock), 10_000);
        return DemoTraffic.start(new Traffic(clock.instant(), new SplittableRandom(1), 20), publisher, clock);
    }

    private long count(String type) {
        return producer.history().stream().map(record -> record.headers().lastHeader("event_type"))
                .filter(header -> header != null && new String(header.value(), StandardCharsets.UTF_8)
                        .equals(type))
                .count();
    }
}
