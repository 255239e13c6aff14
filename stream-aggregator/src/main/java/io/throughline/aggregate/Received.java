package io.throughline.aggregate;

import io.throughline.event.Decoded;
import io.throughline.event.Event;
import io.throughline.event.InvalidRecordException;
import io.throughline.event.Topic;
import io.throughline.publish.HeaderBytes;
import io.throughline.publish.WireHeaders;
import io.throughline.publish.WireRecords;
import io.throughline.trace.TraceContext;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record as it is counted, however it is held. */
sealed interface Received {

    String topic();

    long offset();

    long timestamp();

    WireHeaders headers();

    Decoded<Event> event(WireRecords wire, Topic topic, WireHeaders headers) throws InvalidRecordException;

    /** As a consumer tells it. */
    record Whole(ConsumerRecord<byte[], byte[]> record) implements Received {

        @Override
        public String topic() {
            return record.topic();
        }

        @Override
        public long offset() {
            return record.offset();
        }

        @Override
        public long timestamp() {
            return record.timestamp();
        }

        @Override
        public WireHeaders headers() {
            return WireHeaders.read(record.headers());
        }

        @Override
        public Decoded<Event> event(WireRecords wire, Topic topic, WireHeaders headers) throws InvalidRecordException {
            return wire.event(topic, headers, record.headers(), record.value());
        }
    }

    /** One of {@link PackedRecords} after the other. Not thread-safe. */
    final class Packed implements Received {

        private final PackedRecords records;
        private final HeaderBytes in = new HeaderBytes();
        private int index;

        Packed(PackedRecords records) {
            this.records = records;
        }

        Packed at(int newIndex) {
            index = newIndex;
            return this;
        }

        @Override
        public String topic() {
            return records.from().topic();
        }

        @Override
        public long offset() {
            return records.offset(index);
        }

        @Override
        public long timestamp() {
            return records.timestamp(index);
        }

        @Override
        public WireHeaders headers() {
            return WireHeaders.counted(in, records.bytes(), records.headerStart(index), records.end(index));
        }

        @Override
        public Decoded<Event> event(WireRecords wire, Topic topic, WireHeaders headers) throws InvalidRecordException {
            TraceContext named = headers.context();
            if (named == null) {
                return new Whole(records.record(index)).event(wire, topic, headers);
            }
            return wire.event(topic, headers, named, records.bytes(), records.valueStart(index),
                    records.headerStart(index));
        }
    }
}
