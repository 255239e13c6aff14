package io.throughline.bench;

import io.throughline.bench.ProducerSample.Calls;
import java.util.Map;

/**
 * What a service noticed of a fault.
 *
 * @param startMillis from asking for a publisher to having it
 * @param emit calls of {@code Publisher.emit}
 * @param log calls of {@code Publisher.log}
 * @param heapMegabytes what was live after a full collection at the end, with everything still queued
 * @param accounting where the records were then, by name
 */
record ProducerFaultSample(double startMillis, Calls emit, Calls log, double heapMegabytes,
        Map<String, Long> accounting) {}
