package io.throughline.local.demo;

import io.throughline.publish.WireRecords;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records of demo traffic, for tests that want many and varied ones. */
public final class DemoRecords {

    private DemoRecords() {}

    /** The first records of a day that began on 2026-01-28 at 15:30. */
    public static List<ProducerRecord<byte[], byte[]>> of(WireRecords wire, long seed, int count) {
        var traffic = new Traffic(Instant.parse("2026-01-28T15:30:00Z"), new SplittableRandom(seed), 1);
        return Stream.generate(traffic::next).limit(count).map(emission -> switch (emission) {
            case Emission.Happened happened -> wire.of(happened.event(), happened.context());
            case Emission.Logged logged -> wire.of(logged.log());
        }).toList();
    }
}
