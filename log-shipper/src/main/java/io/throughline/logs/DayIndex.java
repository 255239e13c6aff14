package io.throughline.logs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one day of event time in one Lucene index, as they came.
 *
 * <p>Each of its commits carries, for each partition, the offset below which it holds every record of its day. One
 * thread writes; any number read, and keep what they read while it is written, reopened or deleted. A writer exists
 * only while records arrive.
 */
final class DayIndex {

    private static final Logger LOG = LoggerFactory.getLogger(DayIndex.class);
    private static final String FORMAT_KEY = "format";
    /** Raised whenever the fields or the layout change: Lucene refuses to mix them. */
    private static final String FORMAT = "3";
    private static final String CREATED_KEY = "created";
    private static final double RAM_BUFFER_MB = 48;

    private final Directory directory;
    private final Words words;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Instant created;
    private @Nullable IndexWriter writer;
    private volatile @Nullable SearcherManager searchers;
    private boolean dirty;
    private boolean unseen;
    private int idleCommits;

    private DayIndex(Directory directory, Words words, Instant created) {
        this.directory = directory;
        this.words = words;
        this.created = created;
    }

    /** An index that does not exist yet. */
    static DayIndex create(Directory directory, Words words, Instant now) throws IOException {
        var index = new DayIndex(directory, words, now);
        try {
            index.openWriter();
            return index;
        } catch (IOException | RuntimeException e) {
            index.close();
            throw e;
        }
    }

    /** An index as its last commit left it. */
    static DayIndex open(Directory directory, Words words) throws IOException {
        Map<String, String> data;
        Set<String> files;
        try (DirectoryReader reader = DirectoryReader.open(directory)) {
            data = reader.getIndexCommit().getUserData();
            files = new HashSet<>(reader.getIndexCommit().getFileNames());
        }
        if (!FORMAT.equals(data.get(FORMAT_KEY))) {
            throw new IOException("its format is " + data.getOrDefault(FORMAT_KEY, "unknown") + ", this release reads "
                    + FORMAT);
        }
        var index = new DayIndex(directory, words,
                Instant.parse(data.getOrDefault(CREATED_KEY, "1970-01-01T00:00:00Z")));
        PositionsText.read(data, index.positions);
        files.add(IndexWriter.WRITE_LOCK_NAME);
        try {
            if (files.containsAll(List.of(directory.listAll()))) {
                index.searchers = new SearcherManager(directory, null);
            } else {
                // A writer clears away what a crash has left.
                index.openWriter();
                index.release();
            }
            return index;
        } catch (IOException | RuntimeException e) {
            index.close();
            throw e;
        }
    }

    /** Whether the record at this place is here already, should it belong to this day. */
    boolean holds(TopicPartition partition, long offset) {
        return offset < positions.getOrDefault(partition, 0L);
    }

    void add(Document document) throws IOException {
        if (writer == null) {
            openWriter();
        }
        write(open -> open.addDocument(document));
        dirty = true;
        unseen = true;
    }

    boolean dirty() {
        return dirty;
    }

    /** Forgets a partition whose topic was created anew. */
    void forget(TopicPartition partition) throws IOException {
        if (positions.remove(partition) != null) {
            if (writer == null) {
                openWriter();
            }
            dirty = true;
        }
    }

    /** Makes durable what was added; everything of this day below these positions was. */
    void commit(Map<TopicPartition, Long> reached) throws IOException {
        Map<String, String> data = new HashMap<>();
        data.put(FORMAT_KEY, FORMAT);
        data.put(CREATED_KEY, created.toString());
        PositionsText.write(reached, data);
        write(open -> {
            open.setLiveCommitData(data.entrySet());
            open.commit();
        });
        positions.clear();
        positions.putAll(reached);
        dirty = false;
        idleCommits = 0;
    }

    /** Lets readers see what was added. */
    void refresh() throws IOException {
        SearcherManager manager = searchers;
        if (unseen && manager != null) {
            write(open -> manager.maybeRefreshBlocking());
            unseen = false;
        }
    }

    /** Goes back to the last commit; false when there is none. */
    boolean recover() throws IOException {
        if (writer != null) {
            closeWriter();
            dirty = false;
            unseen = false;
            if (!exists(directory)) {
                return false;
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                positions.clear();
                PositionsText.read(reader.getIndexCommit().getUserData(), positions);
            }
            show(new SearcherManager(directory, null));
        }
        return true;
    }

    /** How many commits were made elsewhere since the last one here; counts this one. */
    int idle() {
        return writer == null ? 0 : ++idleCommits;
    }

    int idleCommits() {
        return idleCommits;
    }

    boolean writable() {
        return writer != null;
    }

    long ramBytes() {
        return writer == null ? 0 : writer.ramBytesUsed();
    }

    void flushSome() throws IOException {
        write(IndexWriter::flushNextBuffer);
    }

    /** Closes the writer, which must hold nothing that is not committed; the next record opens one again. */
    void release() throws IOException {
        if (writer != null) {
            closeWriter();
            show(new SearcherManager(directory, null));
            unseen = false;
        }
    }

    Instant created() {
        return created;
    }

    long bytes() throws IOException {
        long bytes = 0;
        try {
            for (String file : directory.listAll()) {
                bytes += length(file);
            }
        } catch (AlreadyClosedException e) {
            LOG.trace("the day was dropped while its size was asked for");
        }
        return bytes;
    }

    private long length(String file) throws IOException {
        try {
            return directory.fileLength(file);
        } catch (NoSuchFileException e) {
            LOG.trace("{} was merged away", file);
            return 0;
        }
    }

    /** A searcher to give back to {@link Lease#close}; null when this index is closed. */
    @Nullable
    Lease acquire() throws IOException {
        while (true) {
            SearcherManager manager = searchers;
            if (manager == null) {
                return null;
            }
            try {
                return new Lease(manager, manager.acquire());
            } catch (AlreadyClosedException e) {
                LOG.trace("a searcher was replaced while it was asked for");
            }
        }
    }

    /** Drops what is not committed. */
    void close() {
        closeWriter();
        SearcherManager last = searchers;
        searchers = null;
        try (directory) {
            if (last != null) {
                last.close();
            }
        } catch (IOException e) {
            LOG.warn("an index did not close cleanly: {}", e.toString());
        }
    }

    /** Closes and deletes this index, first what makes it one, so that a crash leaves nothing that looks whole. */
    void delete() throws IOException {
        closeWriter();
        SearcherManager last = searchers;
        searchers = null;
        if (last != null) {
            last.close();
        }
        try (directory) {
            clear(directory);
        }
    }

    /** Deletes all files of an index. */
    static void clear(Directory directory) throws IOException {
        for (boolean commits : new boolean[]{true, false}) {
            for (String file : directory.listAll()) {
                if (file.startsWith("segments") == commits) {
                    directory.deleteFile(file);
                }
            }
        }
    }

    /** Whether there is an index that was ever committed. */
    static boolean exists(Directory directory) throws IOException {
        return DirectoryReader.indexExists(directory);
    }

    private void openWriter() throws IOException {
        var opened = new IndexWriter(directory, config());
        writer = opened;
        idleCommits = 0;
        show(new SearcherManager(opened, null));
    }

    private void show(SearcherManager manager) throws IOException {
        SearcherManager old = searchers;
        searchers = manager;
        if (old != null) {
            old.close();
        }
    }

    private IndexWriterConfig config() {
        return new IndexWriterConfig(words).setCodec(new StoreCodec())
                .setRAMBufferSizeMB(RAM_BUFFER_MB).setCommitOnClose(false).setMergeScheduler(
                        new ConcurrentMergeScheduler() {
                            @Override
                            protected void handleMergeException(Throwable failure) {
                                // The writer closes itself, and the next append says so.
                                LOG.warn("a merge of the store failed: {}", failure.toString());
                            }
                        });
    }

    private void closeWriter() {
        var open = writer;
        writer = null;
        try {
            if (open != null) {
                open.rollback();
            }
        } catch (IOException | AlreadyClosedException e) {
            LOG.debug("the writer was broken already: {}", e.toString());
        }
    }

    private void write(Writing writing) throws IOException {
        var open = writer;
        if (open == null) {
            throw new IOException("the store is not open for writing");
        }
        try {
            writing.write(open);
        } catch (AlreadyClosedException e) {
            Throwable tragedy = open.getTragicException();
            throw new IOException(String.valueOf((tragedy == null ? e : tragedy).getMessage()), e);
        }
    }

    /**
     * A searcher that stays valid until it is given back.
     *
     * @param manager whom it belongs to
     * @param searcher what was asked for
     */
    record Lease(SearcherManager manager, IndexSearcher searcher) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            manager.release(searcher);
        }
    }

    @FunctionalInterface
    private interface Writing {
        void write(IndexWriter writer) throws IOException;
    }
}
