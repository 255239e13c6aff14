package io.throughline.replay;

import java.util.Collection;
import java.util.Locale;

/**
 * What a scan read.
 *
 * @param records how many
 * @param bytes of their keys and values
 * @param partitions how many were read
 * @param seconds how long it took
 */
public record Scanned(long records, long bytes, int partitions, double seconds) {

    /** What several scans read, which took so long together. */
    static Scanned together(Collection<Scanned> scans, double seconds) {
        return new Scanned(scans.stream().mapToLong(Scanned::records).sum(),
                scans.stream().mapToLong(Scanned::bytes).sum(), scans.stream().mapToInt(Scanned::partitions).sum(),
                seconds);
    }

    /** In words: {@code 1,048,576 records (201.3 MB) of 6 partitions in 1.9 s}. */
    public String inWords() {
        return String.format(Locale.ROOT, "%,d record%s (%.1f MB) of %d partition%s in %.1f s", records,
                records == 1 ? "" : "s", bytes / 1e6, partitions, partitions == 1 ? "" : "s", seconds);
    }
}
