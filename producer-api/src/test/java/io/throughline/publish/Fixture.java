package io.throughline.publish;

import io.throughline.event.CacheMiss;
import io.throughline.event.Codec;
import io.throughline.event.Event;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.event.Origin;
import io.throughline.trace.TraceContext;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Publishers on fake brokers, numbered events, and what came of them. */
final class Fixture {

    static final TraceContext TRACE = TraceContext.of("4bf92f3577b34da6a3ce929d0e0e4736");
    static final WireRecords RECORDS = new WireRecords("t.", Clock.systemUTC());

    private Fixture() {}

    static Publisher publisher(FakeKafka kafka, int records, @Nullable Path spill, long spillBytes) {
        return new Publisher(kafka::client, RECORDS, new Memory(records, 16 << 20), spill, spillBytes, () -> null,
                "shop");
    }

    static Event event(long number) {
        return new CacheMiss(new Origin(Long.toString(number), Samples.TIME, "shop"), "prompts");
    }

    static LogRecord log(LogLevel level, String message) {
        return new LogRecord(Samples.TIME, level, null, message, TRACE, "shop", null, null, null, null, Map.of());
    }

    /** The numbers of the events, as they stand. */
    static List<Long> numbers(List<ProducerRecord<byte[], byte[]>> records) {
        return records.stream().filter(record -> record.topic().equals("t.cache"))
                .map(record -> Long.parseLong(eventId(record))).toList();
    }

    static List<LogRecord> logs(List<ProducerRecord<byte[], byte[]>> records) {
        return records.stream().filter(record -> record.topic().equals("t.logs")).map(Fixture::log).toList();
    }

    private static String eventId(ProducerRecord<byte[], byte[]> record) {
        try {
            return Codec.decodeEvent(record.value(), TRACE).value().eventId();
        } catch (InvalidRecordException e) {
            throw new AssertionError(e);
        }
    }

    private static LogRecord log(ProducerRecord<byte[], byte[]> record) {
        try {
            return Codec.decodeLog(record.value(), TRACE).value();
        } catch (InvalidRecordException e) {
            throw new AssertionError(e);
        }
    }
}
