package io.throughline.logback;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.EncoderBase;
import io.throughline.logging.JsonLines;

/**
 * Writes each line as the JSON that is published, redacted alike, for a console or a file that {@code jq} reads.
 *
 * <pre>{@code
 * <encoder class="io.throughline.logback.ThroughlineEncoder"><service>script-writer</service></encoder>
 * }</pre>
 */
public final class ThroughlineEncoder extends EncoderBase<ILoggingEvent> {

    private String service = "unknown";
    private JsonLines lines = JsonLines.unconfigured();

    /** Made by Logback. */
    public ThroughlineEncoder() {}

    /** The service's name. */
    public void setService(String service) {
        this.service = service;
    }

    @Override
    public void start() {
        try {
            lines = JsonLines.of(service);
            super.start();
        } catch (IllegalArgumentException e) {
            addError("the encoder writes nothing: " + e.getMessage(), e);
        }
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        return lines.line(LogbackLines.of(event)).getBytes(UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}
