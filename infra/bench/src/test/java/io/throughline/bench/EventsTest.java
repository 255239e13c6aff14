package io.throughline.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.throughline.event.Decoded;
import io.throughline.event.Event;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.Topic;
import io.throughline.publish.WireRecords;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;

class EventsTest {

    private static final Instant START = Instant.parse("2026-01-28T15:30:00Z");
    private static final int MANY = 20_000;

    @Test
    void sameSeedAndStart_makeTheSameRecords() {
        var one = new Events(7, START);
        var other = new Events(7, START);
        for (int i = 0; i < 2_000; i++) {
            assertThat(text(one.record(one.next()))).isEqualTo(text(other.record(other.next())));
        }
    }

    @Test
    void anotherSeed_makesOtherRecords() {
        var one = new Events(7, START);
        var other = new Events(8, START);
        assertThat(text(one.record(one.next()))).isNotEqualTo(text(other.record(other.next())));
    }

    @Test
    void everyRecord_decodesToItsEvent() throws InvalidRecordException {
        var wire = new WireRecords(Topic.DEFAULT_PREFIX, Clock.systemUTC());
        var events = new Events(42, START);
        for (int i = 0; i < MANY; i++) {
            Event event = events.next();
            ProducerRecord<byte[], byte[]> sent = events.record(event);
            Topic topic = event.type().topic();
            assertThat(sent.topic()).isEqualTo(topic.name(Topic.DEFAULT_PREFIX));
            Decoded<Event> decoded = wire.event(topic, sent.headers(), sent.value());
            assertThat(decoded.value()).isEqualTo(event);
            assertThat(new String(sent.key(), StandardCharsets.UTF_8))
                    .isEqualTo(WireRecords.key(event, decoded.context()));
        }
    }

    @Test
    void headers_areTraceRequestAndUser() {
        var events = new Events(42, START);
        var headers = events.record(events.next()).headers();
        assertThat(StreamSupport.stream(headers.spliterator(), false).map(Header::key))
                .containsExactly("trace_id", "request_id", "user_id");
    }

    @Test
    void eventIds_areUnique() {
        var events = new Events(42, START);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            ids.add(events.next().origin().eventId());
        }
        assertThat(ids).hasSize(MANY);
    }

    @Test
    void mix_isAsAnnounced() {
        var events = new Events(42, START);
        Map<Topic, Integer> counts = new EnumMap<>(Topic.class);
        long bytes = 0;
        for (int i = 0; i < MANY; i++) {
            Event event = events.next();
            counts.merge(event.type().topic(), 1, Integer::sum);
            bytes += events.record(event).value().length;
        }
        assertThat(share(counts, Topic.LLM)).isCloseTo(0.60, within(0.02));
        assertThat(share(counts, Topic.CACHE)).isCloseTo(0.25, within(0.02));
        assertThat(share(counts, Topic.JOBS)).isCloseTo(0.10, within(0.01));
        assertThat(share(counts, Topic.BATCHES)).isCloseTo(0.05, within(0.01));
        assertThat((double) bytes / MANY).isCloseTo(270, within(20.0));
    }

    private static double share(Map<Topic, Integer> counts, Topic topic) {
        return (double) counts.getOrDefault(topic, 0) / MANY;
    }

    private static List<String> text(ProducerRecord<byte[], byte[]> wire) {
        return List.of(wire.topic(), String.valueOf(wire.timestamp()), new String(wire.key(), StandardCharsets.UTF_8),
                new String(wire.value(), StandardCharsets.UTF_8), Arrays.toString(wire.headers().toArray()));
    }
}
