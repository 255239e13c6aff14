package io.throughline.publish;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.ByteBufferInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A Kafka record as it stands on disk: {@code int} length of the rest, {@code int} CRC-32C of the rest, {@code long}
 * number, then topic, timestamp, key, headers and value. Big-endian. Stateless.
 */
final class SpillFrame {

    /** Length and checksum. */
    static final int PREFIX = 8;
    static final int SHORTEST = 8 + 2 + 8 + 4 + 4 + 4;
    /** Far above what brokers take, and far below what a heap cannot hold: a length beyond it was never written. */
    static final int LONGEST = 64 * 1024 * 1024;

    private static final int NULL = -1;

    private SpillFrame() {}

    static ByteBuffer write(long number, ProducerRecord<byte[], byte[]> record) {
        try {
            var bytes = new ByteArrayOutputStream(1024);
            var out = new DataOutputStream(bytes);
            out.writeLong(0); // length and checksum, known when the rest is
            out.writeLong(number);
            out.writeUTF(record.topic());
            out.writeLong(record.timestamp() == null ? NULL : record.timestamp());
            writeBytes(out, record.key());
            Header[] headers = record.headers().toArray();
            out.writeInt(headers.length);
            for (Header header : headers) {
                writeBytes(out, header.key().getBytes(StandardCharsets.UTF_8));
                writeBytes(out, header.value());
            }
            writeBytes(out, record.value());
            byte[] frame = bytes.toByteArray();
            int length = frame.length - PREFIX;
            if (length > LONGEST) {
                throw new IllegalArgumentException("a record of " + length + " bytes is too large to be spilled");
            }
            return ByteBuffer.wrap(frame).putInt(0, length).putInt(4, checksum(frame, PREFIX, length));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot happen in memory", e);
        }
    }

    static boolean isWhole(byte[] rest, int checksum) {
        return checksum(rest, 0, rest.length) == checksum;
    }

    static long number(byte[] rest) {
        return ByteBuffer.wrap(rest).getLong();
    }

    /** The record of a frame that {@link #isWhole}. */
    static ProducerRecord<byte[], byte[]> read(ByteBuffer rest) throws IOException {
        var in = new DataInputStream(new ByteBufferInputStream(rest.duplicate().position(8)));
        String topic = in.readUTF();
        long timestamp = in.readLong();
        byte[] key = readBytes(in);
        var headers = new RecordHeaders();
        for (int left = in.readInt(); left > 0; left--) {
            byte[] name = readBytes(in);
            if (name == null) {
                throw new IOException("a header without a name");
            }
            headers.add(new String(name, StandardCharsets.UTF_8), readBytes(in));
        }
        return new ProducerRecord<>(topic, null, timestamp == NULL ? null : timestamp, key, readBytes(in), headers);
    }

    private static int checksum(byte[] bytes, int offset, int length) {
        var crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private static void writeBytes(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
        out.writeInt(bytes == null ? NULL : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static byte @Nullable [] readBytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length == NULL ? null : in.readNBytes(length);
    }
}
