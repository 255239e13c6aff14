package io.throughline.local;

import io.throughline.replay.MetricNames;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@code publish}: reads lines, sends records and counts what became of each.
 *
 * <p>Every line that is not blank ends as exactly one of acknowledged, skipped (said so on stderr) or failed (the
 * same), or was never read because the brokers went away. Memory is bounded by one line and the producer's own buffer.
 */
final class Publication {

    private final Producer<byte[], byte[]> producer;
    private final LineRecords records;
    private final Set<String> topics;
    private final PrintStream err;
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final AtomicReference<@Nullable Exception> lost = new AtomicReference<>();
    private long read;
    private long skipped;
    private long lineNumber;

    /**
     * What became of the records.
     *
     * @param records lines that were not blank
     * @param acknowledged stored by the brokers
     * @param skipped unusable lines
     * @param failed records that the brokers refused or did not answer for
     */
    record Outcome(long records, long acknowledged, long skipped, long failed) {

        boolean complete() {
            return acknowledged == records;
        }
    }

    /**
     * A run that has not begun.
     *
     * @param topics those that the brokers have
     */
    Publication(Producer<byte[], byte[]> producer, LineRecords records, Set<String> topics, PrintStream err) {
        this.producer = producer;
        this.records = records;
        this.topics = topics;
        this.err = err;
    }

    /** Publishes every line and waits for the answers; stops early when the brokers are lost. */
    Outcome run(Lines lines, Progress progress) throws IOException {
        byte[] line;
        while (lost.get() == null && (line = lines.next()) != null) {
            lineNumber++;
            if (lines.cut() || !isBlank(line)) {
                read++;
                publish(line, lines.cut());
                progress.at(read, lines.bytes());
            }
        }
        producer.flush();
        return new Outcome(read, acknowledged.get(), skipped, failed.get());
    }

    /** Why the run stopped early: the brokers did not answer. */
    @Nullable
    Exception lost() {
        return lost.get();
    }

    /** The line that was read last. */
    long lineNumber() {
        return lineNumber;
    }

    private void publish(byte[] line, boolean cut) {
        try {
            if (cut) {
                throw new UnusableLineException("is longer than a record may be");
            }
            ProducerRecord<byte[], byte[]> record = records.of(PublishedLine.parse(line));
            requireTopic(record.topic());
            long number = lineNumber;
            Future<?> unused = producer.send(record, (metadata, failure) -> settle(number, failure));
        } catch (UnusableLineException e) {
            skipped++;
            err.println("line " + lineNumber + " " + e.getMessage());
        }
    }

    private void requireTopic(String topic) throws UnusableLineException {
        if (!topics.contains(topic)) {
            String near = MetricNames.near(topic, topics).stream().findFirst()
                    .map(name -> "; did you mean " + name + "?")
                    .orElse("; ./throughline topics creates those of the pipeline");
            throw new UnusableLineException("names the topic \"" + Printable.fit(Printable.text(topic), 80)
                    + "\", which does not exist" + near);
        }
    }

    private void settle(long number, @Nullable Exception failure) {
        if (failure == null) {
            acknowledged.incrementAndGet();
            return;
        }
        failed.incrementAndGet();
        boolean first = true;
        if (failure instanceof TimeoutException || failure instanceof AuthenticationException) {
            first = lost.compareAndSet(null, failure);
        }
        if (first) {
            err.println("line " + number + " was not acknowledged: " + Printable.text(message(failure)));
        }
    }

    private static String message(Exception failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }
}
