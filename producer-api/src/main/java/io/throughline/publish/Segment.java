package io.throughline.publish;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One file of a {@link Spill}: frames with rising numbers, the first of which is the file's name. Not thread-safe. */
final class Segment implements Closeable {

    private static final Pattern NAME = Pattern.compile("(\\d{20})\\.spill");
    private static final int READ_BUFFER = 256 * 1024;

    final Path file;
    final long first;
    private long size;
    private @Nullable FileChannel appending;
    private @Nullable DataInputStream reading;
    private long readTo;

    private Segment(Path file, long first, long size) {
        this.file = file;
        this.first = first;
        this.size = size;
    }

    static Segment create(Path directory, long first) throws IOException {
        var segment = new Segment(directory.resolve(String.format(Locale.ROOT, "%020d.spill", first)), first, 0);
        segment.appending = FileChannel.open(segment.file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        return segment;
    }

    /** Those in {@code directory}, oldest first. */
    static List<Segment> in(Path directory) throws IOException {
        List<Segment> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    found.add(new Segment(file, Long.parseLong(name.group(1)), Files.size(file)));
                }
            }
        }
        return found;
    }

    /** What one frame says. */
    record Frame(long number, ByteBuffer rest, boolean isWhole) {}

    long size() {
        return size;
    }

    boolean canAppend() {
        return appending != null;
    }

    /** All of it, or nothing where that throws. */
    void append(ByteBuffer frame) throws IOException {
        FileChannel channel = appending;
        if (channel == null) {
            throw new IOException(file + " is not open for writing");
        }
        try {
            while (frame.hasRemaining()) {
                channel.write(frame);
            }
            size = channel.position();
        } catch (IOException e) {
            channel.truncate(size);
            channel.position(size);
            throw e;
        }
    }

    void force() throws IOException {
        if (appending != null) {
            appending.force(false);
        }
    }

    /** The next frame; null where none can be made out. */
    @Nullable
    Frame next() throws IOException {
        if (reading == null) {
            reading = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), READ_BUFFER));
        }
        try {
            if (size - readTo < SpillFrame.PREFIX) {
                return null;
            }
            int length = reading.readInt();
            int checksum = reading.readInt();
            if (length < SpillFrame.SHORTEST || length > SpillFrame.LONGEST
                    || size - readTo - SpillFrame.PREFIX < length) {
                return null;
            }
            byte[] rest = reading.readNBytes(length);
            if (rest.length < length) {
                return null;
            }
            readTo += SpillFrame.PREFIX + length;
            return new Frame(SpillFrame.number(rest), ByteBuffer.wrap(rest), SpillFrame.isWhole(rest, checksum));
        } catch (EOFException e) {
            return null;
        }
    }

    /**
     * Cuts off what a crash has left half written. A frame that is damaged but has others behind it stays, so that
     * it is counted when it is read.
     *
     * @return the number after the last frame
     */
    long repair() throws IOException {
        long next = first;
        long end = 0;
        for (Frame frame = next(); frame != null; frame = next()) {
            if (frame.isWhole()) {
                next = frame.number() + 1;
                end = readTo;
            }
        }
        rewind();
        if (end < size) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(end);
                channel.force(true);
            }
            size = end;
        }
        return next;
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(file);
    }

    private void rewind() throws IOException {
        if (reading != null) {
            reading.close();
        }
        reading = null;
        readTo = 0;
    }

    @Override
    public void close() throws IOException {
        rewind();
        if (appending != null) {
            appending.close();
        }
        appending = null;
    }
}
