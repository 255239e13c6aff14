package io.throughline.aggregate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.ByteUtils;

/**
 * The values of cells as bytes. The first byte is the version, {@value #VERSION}; then come whole numbers of variable
 * length, small ones in a byte. Stateless.
 */
final class CellBytes {

    static final byte VERSION = 1;

    private static final int VARLONG = 10;

    private CellBytes() {}

    static byte[] encode(Cell cell) {
        ByteBuffer out = ByteBuffer.allocate(mostBytes(cell)).put(VERSION);
        write(cell.createdMillis(), out);
        switch (cell) {
            case Sum sum -> write(sum, out);
            case Newest newest -> {
                write(newest.valueNanos(), out);
                write(newest.atNanos(), out);
            }
            case Distribution distribution -> write(distribution, out);
            case Users users -> write(users, out);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    static Cell decode(Metric metric, byte[] value, BucketLayout layout) {
        ByteBuffer in = ByteBuffer.wrap(value);
        byte version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("this release reads cells of version " + VERSION + ", got " + version);
        }
        long created = read(in);
        return switch (metric.kind()) {
            case COUNTER, LEVEL -> readSum(created, in);
            case NEWEST, NEWEST_SUMMED -> {
                var newest = new Newest(created);
                newest.set(read(in), read(in));
                yield newest;
            }
            case RECENT -> readUsers(created, in);
            case HISTOGRAM -> readDistribution(layout.of(metric), created, in);
        };
    }

    private static int mostBytes(Cell cell) {
        int most = 4 * VARLONG;
        if (cell instanceof Users users) {
            most += users.size() * (Long.BYTES + 2 * VARLONG);
        }
        if (cell instanceof Distribution distribution) {
            most += 5 * VARLONG;
            long[] counts = distribution.counts();
            most += counts.length * 2 * VARLONG;
            for (int i = 0; i < counts.length; i++) {
                Exemplar exemplar = distribution.exemplar(i);
                most += exemplar == null ? 0 : 3 * exemplar.traceId().length() + 3 * VARLONG;
            }
            most += distribution.exponentialCounts().used() * 2 * VARLONG;
        }
        return most;
    }

    private static void write(Sum sum, ByteBuffer out) {
        write(sum.units(), out);
        write(sum.nanos(), out);
    }

    private static Sum readSum(long created, ByteBuffer in) {
        return Sum.of(read(in), read(in), created);
    }

    /** Buckets by the steps between their upper bounds, since the layout may be another one when they are read. */
    private static void write(Distribution distribution, ByteBuffer out) {
        write(distribution.sum(), out);
        write(distribution.zeros(), out);
        Buckets buckets = distribution.buckets();
        long[] counts = distribution.counts();
        long before = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != 0) {
                write(counts[i], out);
                write(buckets.upperBoundNanos(i) - before, out);
                before = buckets.upperBoundNanos(i);
            }
        }
        write(0, out);
        ExponentialCounts exponential = distribution.exponentialCounts();
        write(exponential.schema(), out);
        int[] last = {0};
        exponential.forEach((index, count) -> {
            write(count, out);
            write((long) index - last[0], out);
            last[0] = index;
        });
        write(0, out);
        for (int i = 0; i < counts.length; i++) {
            Exemplar exemplar = distribution.exemplar(i);
            if (exemplar != null) {
                byte[] traceId = exemplar.traceId().getBytes(StandardCharsets.UTF_8);
                write(traceId.length, out);
                out.put(traceId);
                write(exemplar.valueNanos(), out);
                write(exemplar.atNanos(), out);
            }
        }
    }

    private static Distribution readDistribution(Buckets layout, long created, ByteBuffer in) {
        Sum sum = readSum(created, in);
        long zeros = read(in);
        // The schema stands behind the classic buckets, so those wait.
        int start = in.position();
        for (long count = read(in); count != 0; count = read(in)) {
            read(in);
        }
        var distribution = new Distribution(layout, Math.toIntExact(read(in)), created);
        distribution.restore(zeros, sum);
        ByteBuffer classic = in.duplicate().position(start);
        long bound = 0;
        for (long count = read(classic); count != 0; count = read(classic)) {
            bound += read(classic);
            distribution.restoreBucket(bound, count);
        }
        int index = 0;
        for (long count = read(in); count != 0; count = read(in)) {
            index = Math.addExact(index, Math.toIntExact(read(in)));
            distribution.exponentialCounts().add(index, count);
        }
        while (in.hasRemaining()) {
            byte[] traceId = new byte[Math.min(in.remaining(), Math.toIntExact(read(in)))];
            in.get(traceId);
            distribution.restoreExemplar(
                    new Exemplar(new String(traceId, StandardCharsets.UTF_8), read(in), read(in)));
        }
        return distribution;
    }

    /** A run of users for each span. */
    private static void write(Users users, ByteBuffer out) {
        long[] span = {0};
        int[] lengthAt = {-1};
        users.forEach((start, hash) -> {
            if (lengthAt[0] < 0 || start != span[0]) {
                write(start - span[0], out);
                span[0] = start;
                lengthAt[0] = out.position();
                out.putInt(0);
            }
            out.putInt(lengthAt[0], out.getInt(lengthAt[0]) + 1);
            out.putLong(hash);
        });
    }

    private static Users readUsers(long created, ByteBuffer in) {
        var users = new Users(created);
        long start = 0;
        while (in.hasRemaining()) {
            start += read(in);
            for (int left = in.getInt(); left > 0; left--) {
                users.add(start, in.getLong());
            }
        }
        return users;
    }

    private static void write(long value, ByteBuffer out) {
        ByteUtils.writeVarlong(value, out);
    }

    private static long read(ByteBuffer in) {
        return ByteUtils.readVarlong(in);
    }
}
