package io.throughline.local.replay;

import io.throughline.local.Printable;
import io.throughline.local.Terminal;
import io.throughline.replay.InputRecord;
import io.throughline.replay.RecordJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.LongSupplier;

/** When the next record of a replay is due. Not thread-safe. */
sealed interface Pace {

    /** Waits until {@code next} is due; false ends the replay. */
    boolean await(InputRecord next) throws IOException, InterruptedException;

    /**
     * The pace of that name.
     *
     * @param text {@code max}, {@code step} or a factor such as {@code 1}, {@code 10} or {@code 0.5}
     * @param nanoClock of the wall
     * @throws IllegalArgumentException when it is none of these
     */
    static Pace of(String text, Terminal terminal, LongSupplier nanoClock) {
        return switch (text) {
            case "max" -> new AtOnce();
            case "step" -> new Step(terminal);
            default -> new Factor(factor(text), nanoClock);
        };
    }

    private static double factor(String text) {
        try {
            double factor = Double.parseDouble(text);
            if (factor > 0 && factor <= 1e6) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("--speed must be max, step or a factor such as 1, 10 or 0.5, got \"" + text
                + '"');
    }

    /** As fast as the brokers take it. */
    record AtOnce() implements Pace {
        @Override
        public boolean await(InputRecord next) {
            return true;
        }
    }

    /** Shows each record and waits for a line: empty goes on, {@code q} or the end of the input stops. */
    record Step(Terminal terminal) implements Pace {
        @Override
        public boolean await(InputRecord next) throws IOException {
            terminal.err().println(Printable.text(new String(RecordJson.line(next), StandardCharsets.UTF_8)));
            terminal.err().print("Enter sends it, q ends: ");
            terminal.err().flush();
            int first = terminal.in().read();
            int each = first;
            while (each >= 0 && each != '\n') {
                each = terminal.in().read();
            }
            return first >= 0 && first != 'q';
        }
    }

    /** In the pace of event time, so many times faster. An event that is out of order waits for nothing. */
    final class Factor implements Pace {
        private final double factor;
        private final LongSupplier nanoClock;
        private boolean begun;
        private long firstEventNanos;
        private long firstWallNanos;

        private Factor(double factor, LongSupplier nanoClock) {
            this.factor = factor;
            this.nanoClock = nanoClock;
        }

        @Override
        public boolean await(InputRecord next) throws InterruptedException {
            long at = next.eventTimeNanos();
            if (!begun) {
                begun = true;
                firstEventNanos = at;
                firstWallNanos = nanoClock.getAsLong();
            }
            long due = firstWallNanos + (long) ((at - firstEventNanos) / factor);
            for (long left = due - nanoClock.getAsLong(); left > 0; left = due - nanoClock.getAsLong()) {
                Thread.sleep(Duration.ofNanos(left));
            }
            return true;
        }

        /** How long records that span {@code events} of event time take. */
        Duration duration(Duration events) {
            return Duration.ofNanos((long) (events.toNanos() / factor));
        }
    }
}
