package io.throughline.publish;

import org.apache.kafka.clients.producer.ProducerRecord;

/** A record read back from disk. Immutable. */
final class Unspilled implements Outgoing {

    /** Its number in the spill. */
    final long number;
    private final ProducerRecord<byte[], byte[]> wire;
    private final int weight;

    Unspilled(long number, ProducerRecord<byte[], byte[]> wire, int weight) {
        this.number = number;
        this.wire = wire;
        this.weight = weight;
    }

    @Override
    public ProducerRecord<byte[], byte[]> wire(WireRecords records) {
        return wire;
    }

    @Override
    public int weight() {
        return weight;
    }
}
