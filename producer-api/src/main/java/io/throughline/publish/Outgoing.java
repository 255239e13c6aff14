package io.throughline.publish;

import org.apache.kafka.clients.producer.ProducerRecord;

/** A record on its way to the brokers, from memory or from disk; compared by identity. */
sealed interface Outgoing permits Handed, Unspilled {

    /** The record as Kafka takes it. */
    ProducerRecord<byte[], byte[]> wire(WireRecords records);

    /** About how many bytes it holds. */
    int weight();
}
