package io.throughline.logs;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import org.apache.lucene.codecs.compressing.CompressionMode;
import org.apache.lucene.codecs.compressing.Compressor;
import org.apache.lucene.codecs.compressing.Decompressor;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.ByteBuffersDataInput;
import org.apache.lucene.store.DataInput;
import org.apache.lucene.store.DataOutput;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BytesRef;

/** Chunks as Zstandard frames: the length, then the frame. */
final class ZstdMode extends CompressionMode {

    private static final int LEVEL = 1;

    @Override
    public Compressor newCompressor() {
        return new ZstdCompressor();
    }

    @Override
    public Decompressor newDecompressor() {
        return new ZstdDecompressor();
    }

    private static final class ZstdCompressor extends Compressor {

        private final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL);
        private byte[] plain = BytesRef.EMPTY_BYTES;
        private byte[] packed = BytesRef.EMPTY_BYTES;

        @Override
        public void compress(ByteBuffersDataInput in, DataOutput out) throws IOException {
            int length = Math.toIntExact(in.length());
            plain = ArrayUtil.growNoCopy(plain, length);
            in.readBytes(plain, 0, length);
            packed = ArrayUtil.growNoCopy(packed, Math.toIntExact(Zstd.compressBound(length)));
            int packedLength = context.compressByteArray(packed, 0, packed.length, plain, 0, length);
            out.writeVInt(packedLength);
            out.writeBytes(packed, packedLength);
        }

        @Override
        public void close() {
            context.close();
        }
    }

    private static final class ZstdDecompressor extends Decompressor {

        private byte[] packed = BytesRef.EMPTY_BYTES;

        @Override
        public void decompress(DataInput in, int originalLength, int offset, int length, BytesRef bytes)
                throws IOException {
            int packedLength = in.readVInt();
            packed = ArrayUtil.growNoCopy(packed, packedLength);
            in.readBytes(packed, 0, packedLength);
            bytes.bytes = ArrayUtil.growNoCopy(bytes.bytes, originalLength);
            try (var context = new ZstdDecompressCtx()) {
                context.decompressByteArray(bytes.bytes, 0, originalLength, packed, 0, packedLength);
            } catch (ZstdException e) {
                throw new CorruptIndexException("a chunk of records cannot be unpacked: " + e.getMessage(), in, e);
            }
            bytes.offset = offset;
            bytes.length = length;
        }

        @Override
        public Decompressor clone() {
            return new ZstdDecompressor();
        }
    }
}
