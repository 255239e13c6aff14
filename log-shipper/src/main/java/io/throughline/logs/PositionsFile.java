package io.throughline.logs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that says up to where every index is whole: written after all of them, replaced in one step, with a
 * checksum. A lost or damaged one costs time and no record: everything is read again, and each index leaves out what
 * it holds.
 */
final class PositionsFile {

    static final String NAME = "positions";

    private static final Logger LOG = LoggerFactory.getLogger(PositionsFile.class);
    private static final String NEW = "positions.new";
    private static final String MAGIC = "ThroughlinePositions";
    private static final int VERSION = 1;

    private PositionsFile() {}

    static Map<TopicPartition, Long> read(Directory directory) throws IOException {
        Map<TopicPartition, Long> positions = new HashMap<>();
        try (ChecksumIndexInput in = directory.openChecksumInput(NAME)) {
            CodecUtil.checkHeader(in, MAGIC, VERSION, VERSION);
            Map<String, String> data = in.readMapOfStrings();
            CodecUtil.checkFooter(in);
            PositionsText.read(data, positions);
        } catch (NoSuchFileException | FileNotFoundException e) {
            LOG.debug("a store without positions begins at the beginning");
        } catch (CorruptIndexException e) {
            LOG.warn("the positions of the store are damaged; Kafka is read from the beginning: {}", e.getMessage());
        }
        return positions;
    }

    static void write(Directory directory, Map<TopicPartition, Long> positions) throws IOException {
        if (List.of(directory.listAll()).contains(NEW)) {
            directory.deleteFile(NEW);
        }
        Map<String, String> data = new HashMap<>();
        PositionsText.write(positions, data);
        try (IndexOutput out = directory.createOutput(NEW, IOContext.DEFAULT)) {
            CodecUtil.writeHeader(out, MAGIC, VERSION);
            out.writeMapOfStrings(data);
            CodecUtil.writeFooter(out);
        }
        directory.sync(List.of(NEW));
        directory.rename(NEW, NAME);
        directory.syncMetaData();
    }
}
