package io.throughline.local;

import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * How rows of text are drawn.
 *
 * @param width columns of a row
 * @param colour whether there are colours
 * @param cut whether what is longer than a row is cut off; when nobody looks at a terminal, it is not
 */
record Ink(int width, boolean colour, boolean cut) {

    /** {@code text} within a row. */
    String fit(String text) {
        return fit(text, 0);
    }

    /** {@code text} within what is left of a row. */
    String fit(String text, int taken) {
        return cut ? Printable.fit(text, width - taken) : text;
    }

    String styled(String text, IStyle style) {
        return colour && !text.isBlank() ? style.on() + text + style.off() : text;
    }

    String styled(TraceEntry.Severity severity, String text) {
        return switch (severity) {
            case FAILURE -> styled(text, Style.fg_red);
            case WARNING -> styled(text, Style.fg_yellow);
            case DETAIL -> styled(text, Style.faint);
            case NORMAL -> text;
        };
    }
}
