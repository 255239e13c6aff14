package io.throughline.bench;

/** The ways to get a record out of a service that are compared. */
enum ProducerContender {
    /** Builds the event and does nothing with it: what the harness itself costs. */
    BUILD("build", "builds the event, no more"),
    /** {@code Publisher.emit}. */
    EMIT("emit", "Publisher.emit(event)"),
    /** {@code Publisher.log}. */
    LOG("log", "Publisher.log(line)"),
    /** What one writes without Throughline. */
    DIRECT("direct", "Jackson databind + KafkaProducer.send on the caller's thread"),
    /** The log pipeline of the OpenTelemetry SDK. */
    OPENTELEMETRY("opentelemetry", "OpenTelemetry SDK, BatchLogRecordProcessor, an exporter that does nothing"),
    /** The log line as services write it today. */
    LOGBACK("logback", "Logback, AsyncAppender before a file");

    private final String label;
    private final String what;

    ProducerContender(String label, String what) {
        this.label = label;
        this.what = what;
    }

    String label() {
        return label;
    }

    String what() {
        return what;
    }
}
