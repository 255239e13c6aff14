package io.throughline.logging;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.throughline.event.Codec;
import io.throughline.publish.Settings;
import io.throughline.redact.RedactionRules;
import io.throughline.redact.Redactor;

/** Log lines as JSON, one a line and redacted as those that are published. Thread-safe. */
public final class JsonLines {

    private final LogLines lines;
    private final Redactor redactor;

    private JsonLines(LogLines lines, Redactor redactor) {
        this.lines = lines;
        this.redactor = redactor;
    }

    /** Lines of a service, redacted as the environment says; a wrong setting is an {@link IllegalArgumentException}. */
    public static JsonLines of(String service) {
        return new JsonLines(new LogLines(service), Settings.of(System.getenv()).redactor());
    }

    /** Lines of no service that is known, redacted by the defaults. */
    public static JsonLines unconfigured() {
        return new JsonLines(new LogLines("unknown"), new Redactor(RedactionRules.DEFAULT));
    }

    /** The line, with its end. */
    public String line(LoggedEvent event) {
        return new String(Codec.encode(redactor.redact(lines.line(event))), UTF_8) + '\n';
    }
}
