package io.throughline.logs;

import java.util.Locale;
import java.util.regex.Pattern;

/** Sizes such as {@code 500MiB}. */
final class Bytes {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*([KMGT]?)(I?)B?");
    private static final String UNITS = "KMGT";

    private Bytes() {}

    /** Bytes, with an optional unit in powers of 1024 (KiB) or 1000 (KB); refuses anything else. */
    static long parse(String text) {
        var matcher = SIZE.matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no size: " + text);
        }
        long unit = 1;
        for (int i = 0; !matcher.group(2).isEmpty() && i <= UNITS.indexOf(matcher.group(2)); i++) {
            unit *= matcher.group(3).isEmpty() ? 1000 : 1024;
        }
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("too large: " + text, e);
        }
    }
}
