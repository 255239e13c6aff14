package io.throughline.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class RedriveTest {

    private final MockProducer<byte[], byte[]> producer = new MockProducer<>(true, null, new ByteArraySerializer(),
            new ByteArraySerializer());
    private final Redrive redrive = new Redrive(producer, "throughline.",
            Clock.fixed(Instant.parse("2026-01-28T16:00:00Z"), ZoneOffset.UTC));

    @Test
    void deadLetter_goesBackAsItCame_togetherWithItsMark() {
        redrive.begin();
        ConsumerRecord<byte[], byte[]> letter = letter(7, "throughline.llm");

        assertThat(redrive.isDue(letter)).isTrue();
        redrive.send(letter);
        assertThat(producer.history()).as("nothing is there before its transaction is committed").isEmpty();
        assertThat(redrive.end().redriven()).isEqualTo(Map.of("throughline.llm", 1L));

        assertThat(producer.commitCount()).isEqualTo(1);
        ProducerRecord<byte[], byte[]> back = producer.history().getFirst();
        assertThat(back.topic()).isEqualTo("throughline.llm");
        assertThat(back.value()).isEqualTo(letter.value());
        assertThat(back.key()).isEqualTo(letter.key());
        assertThat(back.timestamp()).isEqualTo(letter.timestamp());
        assertThat(back.headers()).extracting(header -> header.key()).containsExactly("trace_id");
        assertThat(producer.history().getLast().topic()).isEqualTo("throughline.redriven");
        assertThat(new String(producer.history().getLast().key(), UTF_8)).isEqualTo("throughline.dead-letters:3:7");
    }

    @Test
    void deadLetterThatWasSentBefore_isNotDue() {
        redrive.begin();
        ConsumerRecord<byte[], byte[]> letter = letter(7, "throughline.llm");
        assertThat(redrive.isDue(letter)).isTrue();
        redrive.send(letter);
        redrive.end();

        var later = new Redrive(producer, "throughline.", Clock.systemUTC());
        ProducerRecord<byte[], byte[]> mark = producer.history().getLast();
        later.mark(new ConsumerRecord<>(mark.topic(), 0, 0, mark.key(), mark.value()));
        assertThat(later.isDue(letter)).isFalse();
        assertThat(later.outcome().already()).isEqualTo(1);
        assertThat(later.isDue(letter(8, "throughline.llm"))).isTrue();
    }

    @Test
    void deadLetterOfNoTopicOfThePipeline_stays() {
        assertThat(redrive.isDue(letter(1, "elsewhere"))).isFalse();
        assertThat(redrive.isDue(letter(2, "throughline.series"))).isFalse();
        assertThat(redrive.outcome().homeless()).isEqualTo(2);
    }

    @Test
    void otherRedrive_endsThisOne() {
        redrive.begin();
        redrive.send(letter(1, "throughline.llm"));
        producer.fenceProducer();
        assertThatThrownBy(redrive::end).isInstanceOf(ReplayException.class)
                .hasCauseInstanceOf(ProducerFencedException.class).hasMessageContaining("another redrive");
        assertThat(redrive.outcome().total()).isZero();
    }

    private static ConsumerRecord<byte[], byte[]> letter(long offset, String from) {
        return Inputs.of("throughline.dead-letters", 3, offset, 1_769_614_200_125L, "{\"a\":1}",
                Map.of("trace_id", "t", "dead_letter_reason", "missing_field", "dead_letter_detail", "d",
                        "dead_letter_topic", from, "dead_letter_partition", "0", "dead_letter_offset", "5"))
                .kafka();
    }
}
