package io.throughline.expose;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StandstillWatchTest {

    private static final TopicPartition SERIES = new TopicPartition("throughline.series", 3);

    private long now = 1_000_000;
    private final StandstillWatch watch = new StandstillWatch(Duration.ofSeconds(20), new SetClock(() -> now));

    @Test
    void offsetThatStandsStillBehindTheEnd_turnsRedWithTheRemedy() {
        brokersSay(100, 140);
        now += 20_000;
        brokersSay(100, 150);
        assertThat(watch.check().healthy()).as("a transaction may take that long").isTrue();
        now += 1_000;
        brokersSay(100, 160);
        assertThat(watch.check().healthy()).isFalse();
        assertThat(watch.check().detail()).contains("throughline.series-3", "offset 100", "21 s", "160",
                "kafka-transactions.sh abort --topic throughline.series --partition 3 --start-offset 100");
    }

    @Test
    void offsetThatMovesOn_orHasReachedTheEnd_isWell() {
        for (int i = 0; i < 50; i++) {
            brokersSay(100 + i, 140 + i);
            now += 5_000;
        }
        assertThat(watch.check().healthy()).as("each transaction ends").isTrue();
        brokersSay(150, 150);
        now += 100_000;
        brokersSay(150, 150);
        assertThat(watch.check().healthy()).as("nothing is written").isTrue();
    }

    @Test
    void abortedTransaction_turnsItGreenAgain() {
        brokersSay(100, 140);
        now += 30_000;
        assertThat(watch.check().healthy()).isFalse();
        brokersSay(141, 141);
        assertThat(watch.check().healthy()).isTrue();
    }

    private void brokersSay(long stable, long end) {
        watch.take(Map.of(SERIES, stable), Map.of(SERIES, end));
    }
}
