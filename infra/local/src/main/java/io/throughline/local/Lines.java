package io.throughline.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream as bytes, one at a time and each up to a limit, so that memory stays bounded whatever comes.
 * Not thread-safe.
 */
final class Lines {

    private static final int BUFFER = 64 * 1024;

    private final InputStream in;
    private final int longest;
    private final byte[] buffer = new byte[BUFFER];
    private int position;
    private int limit;
    private long bytes;
    private boolean cut;

    /** The lines of {@code in}, each of at most {@code longest} bytes. */
    Lines(InputStream in, int longest) {
        this.in = in;
        this.longest = longest;
    }

    /** The next line without its end, or null after the last one. */
    byte @Nullable [] next() throws IOException {
        if (!fill()) {
            return null;
        }
        var line = new ByteArrayOutputStream(512);
        cut = false;
        while (fill()) {
            int end = endOfLine();
            cut |= line.size() + (end - position) > longest;
            if (!cut) {
                line.write(buffer, position, end - position);
            }
            bytes += end - position;
            position = end;
            if (end < limit) {
                position++;
                bytes++;
                break;
            }
        }
        return line.toByteArray();
    }

    /** Whether the line last returned was above the limit: its rest was read and thrown away. */
    boolean cut() {
        return cut;
    }

    /** How many bytes were read as lines so far. */
    long bytes() {
        return bytes;
    }

    private int endOfLine() {
        int end = position;
        while (end < limit && buffer[end] != '\n') {
            end++;
        }
        return end;
    }

    private boolean fill() throws IOException {
        if (position < limit) {
            return true;
        }
        position = 0;
        limit = Math.max(0, in.read(buffer));
        return limit > 0;
    }
}
