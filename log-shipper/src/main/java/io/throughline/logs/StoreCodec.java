package io.throughline.logs;

import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene90.compressing.Lucene90CompressingStoredFieldsFormat;

/**
 * Lucene's own format with Zstandard for what is stored. Its name stands in every segment; a release that writes
 * another format has a class of another name beside this one.
 */
public final class StoreCodec extends FilterCodec {

    /** A look-up of one record unpacks one chunk: larger ones pack better and take longer to open. */
    private static final int CHUNK_BYTES = 32 * 1024;
    private static final int CHUNK_RECORDS = 1024;
    private static final int CHUNKS_A_BLOCK = 10;

    private final StoredFieldsFormat stored = new Lucene90CompressingStoredFieldsFormat("ThroughlineZstd",
            new ZstdMode(), CHUNK_BYTES, CHUNK_RECORDS, CHUNKS_A_BLOCK);

    /** For Lucene, which finds it by its name. */
    public StoreCodec() {
        super("Throughline1", new Lucene104Codec());
    }

    @Override
    public StoredFieldsFormat storedFieldsFormat() {
        return stored;
    }

    /** For tests: what Lucene knows by this codec's name. */
    static Codec byName() {
        return Codec.forName("Throughline1");
    }
}
