package io.throughline.local;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how far a run has come. */
public interface Progress extends AutoCloseable {

    /** Nobody watches. */
    Progress NONE = (records, bytes) -> {};

    /** So many records, and bytes of the input, were read. */
    void at(long records, long bytes);

    @Override
    default void close() {}

    /**
     * A bar on stderr.
     *
     * @param size bytes of the whole input, which make a share and a time left; negative when it is not known
     */
    static Progress bar(Terminal terminal, long size) {
        return bar(terminal, "publish", size, " MB", 1_000_000);
    }

    /**
     * A bar on stderr for the reading of topics.
     *
     * @param task what is going on
     * @param records how many there are at most
     */
    static Progress ofRecords(Terminal terminal, String task, long records) {
        return terminal.progress() ? bar(terminal, task, records, "k", 1_000) : NONE;
    }

    private static Progress bar(Terminal terminal, String task, long size, String unit, long unitSize) {
        long started = System.nanoTime();
        ProgressBar bar = new ProgressBarBuilder().setTaskName(task).setStyle(ProgressBarStyle.ASCII)
                .setInitialMax(size).setUnit(unit, unitSize).setUpdateIntervalMillis(250)
                .setConsumer(new ConsoleProgressBarConsumer(terminal.err(), terminal.width()))
                .clearDisplayOnFinish().hideEta().build();
        return bar(bar, started, size);
    }

    private static Progress bar(ProgressBar bar, long started, long size) {
        return new Progress() {
            private static final int EVERY = 256;
            private long next;

            @Override
            public void at(long records, long bytes) {
                if (records >= next) {
                    next = records + EVERY;
                    double seconds = (System.nanoTime() - started) / 1e9;
                    bar.stepTo(bytes);
                    bar.setExtraMessage(extra(records, bytes, seconds, size));
                }
            }

            @Override
            public void close() {
                bar.close();
            }
        };
    }

    /** The rate, and the time left where the size is known. */
    static String extra(long records, long bytes, double seconds, long size) {
        String rate = " %,.0f records/s".formatted(records / Math.max(seconds, 1e-3));
        if (size < 0 || bytes == 0) {
            return rate;
        }
        var left = Duration.ofMillis((long) (seconds * 1000 * (size - bytes) / bytes));
        return rate + ", %d:%02d left".formatted(left.toMinutes(), left.toSecondsPart());
    }
}
