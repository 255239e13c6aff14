package io.throughline.bench;

/** The ways to get a record out of a service that are compared. */
enum ProducerContender implements Labelled {
    /** Builds the event and does nothing with it: what the harness itself costs. */
    BUILD("builds the event, no more"),
    /** {@code Publisher.emit}. */
    EMIT("Publisher.emit(event)"),
    /** {@code Publisher.log}. */
    LOG("Publisher.log(line)"),
    /** What one writes without Throughline. */
    DIRECT("Jackson databind + KafkaProducer.send on the caller's thread"),
    /** The log pipeline of the OpenTelemetry SDK. */
    OPENTELEMETRY("OpenTelemetry SDK, BatchLogRecordProcessor, an exporter that does nothing"),
    /** The log line as services write it today. */
    LOGBACK("Logback, AsyncAppender before a file");

    private final String what;

    ProducerContender(String what) {
        this.what = what;
    }

    String what() {
        return what;
    }
}
