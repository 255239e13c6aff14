package io.throughline.logs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.LockObtainFailedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in one Lucene index, sorted by time, newest first; its commits carry the positions as user data.
 *
 * <p>Readers work on the newest refresh and keep it while the writer is being reopened.
 */
final class LuceneStore implements LogStore {

    /** How many records of one trace an answer holds at most. */
    static final int LONGEST_TRACE = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(LuceneStore.class);
    private static final String FORMAT_KEY = "format";
    /** Raised whenever the fields or the index sort change: Lucene refuses to mix them. */
    private static final String FORMAT = "1";
    private static final String POSITION_KEY = "position/";
    private static final double RAM_BUFFER_MB = 64;
    /** An answer ends early beyond this many characters, so that 10,000 lines of a megabyte do not fill the heap. */
    private static final long LONGEST_ANSWER = 16L * 1024 * 1024;

    private final Directory directory;
    private final Words words = new Words();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private @Nullable IndexWriter writer;
    private volatile @Nullable SearcherManager searchers;
    private boolean dirty;

    private LuceneStore(Directory directory) {
        this.directory = directory;
    }

    /**
     * Opens the store in a directory, which is created when it is missing.
     *
     * @throws IOException with a line that names the directory and says what to do
     */
    static LuceneStore open(Path path) throws IOException {
        Directory directory;
        try {
            directory = FSDirectory.open(path);
        } catch (IOException e) {
            throw new IOException("the store " + path + " cannot be opened (" + e + "): set THROUGHLINE_STORE_DIR to a"
                    + " directory that can be written", e);
        }
        try {
            return open(directory);
        } catch (LockObtainFailedException e) {
            throw new IOException("the store " + path + " is in use by another process: stop it, or set"
                    + " THROUGHLINE_STORE_DIR to another directory", e);
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException("the store " + path + " cannot be opened (" + e.getMessage() + "): make room if the"
                    + " disk is full, else move the directory away; what Kafka still holds is then read anew", e);
        }
    }

    /** Opens the store in a Lucene directory, which {@link #close} closes. */
    static LuceneStore open(Directory directory) throws IOException {
        var store = new LuceneStore(directory);
        try {
            store.openWriter();
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    @Override
    public boolean append(Entry entry) throws IOException {
        if (entry.offset() < positions.getOrDefault(entry.partition(), 0L)) {
            return false;
        }
        write(writer -> writer.addDocument(Documents.of(entry)));
        advance(entry.partition(), entry.offset() + 1);
        return true;
    }

    @Override
    public void advance(TopicPartition partition, long next) {
        if (next > positions.getOrDefault(partition, 0L)) {
            restart(partition, next);
        }
    }

    @Override
    public void restart(TopicPartition partition, long next) {
        positions.put(partition, next);
        dirty = true;
    }

    @Override
    public Map<TopicPartition, Long> positions() {
        return Map.copyOf(positions);
    }

    @Override
    public void commit() throws IOException {
        if (dirty) {
            commitAlways();
        }
    }

    @Override
    public void refresh() throws IOException {
        write(writer -> current().maybeRefresh());
    }

    @Override
    public void recover() throws IOException {
        closeWriter();
        openWriter();
        commitAlways();
    }

    @Override
    public Page search(LogQuery query) throws IOException {
        return read(searcher -> page(searcher, query));
    }

    @Override
    public TraceEntries trace(String traceId) throws IOException {
        return read(searcher -> entries(searcher, Queries.trace(traceId)));
    }

    @Override
    public List<StoredEntry> records(Set<Kind> kinds, LogQuery query) throws IOException {
        return read(searcher -> Overview.records(searcher, kinds, query, after(query.after())));
    }

    @Override
    public long[] counts(LogQuery query, TimeSlices slices) throws IOException {
        return read(searcher -> Overview.counts(searcher, query, slices));
    }

    @Override
    public SortedSet<String> services() throws IOException {
        return read(Overview::services);
    }

    @Override
    public Size size() throws IOException {
        long bytes = 0;
        for (String file : directory.listAll()) {
            try {
                bytes += directory.fileLength(file);
            } catch (NoSuchFileException e) {
                LOG.trace("{} was merged away", file);
            }
        }
        long onDisk = bytes;
        return read(searcher -> new Size(searcher.getIndexReader().numDocs(), onDisk));
    }

    @Override
    public void close() {
        closeWriter();
        SearcherManager last = searchers;
        try (directory) {
            if (last != null) {
                last.close();
            }
        } catch (IOException e) {
            LOG.warn("the store did not close cleanly: {}", e.toString());
        }
    }

    private void openWriter() throws IOException {
        var opened = new IndexWriter(directory, config());
        writer = opened;
        boolean created = true;
        positions.clear();
        for (Map.Entry<String, String> pair : opened.getLiveCommitData() == null
                ? Set.<Map.Entry<String, String>>of()
                : opened.getLiveCommitData()) {
            created = false;
            readCommitData(pair.getKey(), pair.getValue());
        }
        if (created) {
            if (opened.getDocStats().maxDoc > 0) {
                throw new IOException("it holds an index that this program did not write");
            }
            commitAlways();
        }
        dirty = false;
        var old = searchers;
        searchers = new SearcherManager(opened, null);
        if (old != null) {
            old.close();
        }
    }

    private void readCommitData(String key, String value) throws IOException {
        if (key.equals(FORMAT_KEY) && !value.equals(FORMAT)) {
            throw new IOException("its format is " + value + ", this release reads " + FORMAT);
        }
        if (key.startsWith(POSITION_KEY)) {
            int dash = key.lastIndexOf('-');
            positions.put(new TopicPartition(key.substring(POSITION_KEY.length(), dash),
                    Integer.parseInt(key.substring(dash + 1))), Long.parseLong(value));
        }
    }

    private IndexWriterConfig config() {
        return new IndexWriterConfig(words).setIndexSort(Queries.sort(Order.NEWEST)).setRAMBufferSizeMB(RAM_BUFFER_MB)
                .setCommitOnClose(false).setMergeScheduler(new ConcurrentMergeScheduler() {
                    @Override
                    protected void handleMergeException(Throwable failure) {
                        // The writer closes itself, and the next append says so.
                        LOG.warn("a merge of the store failed: {}", failure.toString());
                    }
                });
    }

    private void commitAlways() throws IOException {
        Map<String, String> data = new HashMap<>();
        data.put(FORMAT_KEY, FORMAT);
        positions.forEach((partition, next) -> data.put(POSITION_KEY + partition, Long.toString(next)));
        write(writer -> {
            writer.setLiveCommitData(data.entrySet());
            writer.commit();
        });
        dirty = false;
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

    private <T> T read(Reading<T> reading) throws IOException {
        while (true) {
            SearcherManager manager = current();
            IndexSearcher searcher;
            try {
                searcher = manager.acquire();
            } catch (AlreadyClosedException e) {
                if (manager == searchers) {
                    throw new IOException("the store is closed", e);
                }
                continue; // it was replaced while we asked
            }
            try {
                return reading.read(searcher);
            } finally {
                manager.release(searcher);
            }
        }
    }

    private SearcherManager current() throws IOException {
        SearcherManager manager = searchers;
        if (manager == null) {
            throw new IOException("the store is closed");
        }
        return manager;
    }

    private static Page page(IndexSearcher searcher, LogQuery query) throws IOException {
        Query lucene = Queries.logs(query);
        // One more than asked for tells whether there is a next page.
        ScoreDoc[] hits = searcher.search(lucene, new TopFieldCollectorManager(Queries.sort(query.order()),
                query.limit() + 1, after(query.after()), 1)).scoreDocs;
        List<String> lines = new ArrayList<>();
        long characters = 0;
        while (lines.size() < Math.min(hits.length, query.limit()) && characters < LONGEST_ANSWER) {
            String line = Documents.json(searcher.storedFields().document(hits[lines.size()].doc));
            lines.add(line);
            characters += line.length();
        }
        Cursor next = lines.size() < hits.length ? cursor(query.order(), (FieldDoc) hits[lines.size() - 1]) : null;
        return new Page(lines, next, searcher.count(lucene));
    }

    private static @Nullable FieldDoc after(@Nullable Cursor cursor) {
        // Time, partition and offset name one record, so its document number, which merges change, plays no part.
        return cursor == null
                ? null
                : new FieldDoc(Integer.MAX_VALUE, Float.NaN,
                        new Object[]{cursor.timestampNanos(), (long) cursor.partition(), cursor.offset()});
    }

    private static Cursor cursor(Order order, FieldDoc last) {
        return new Cursor(order, (Long) last.fields[0], ((Long) last.fields[1]).intValue(), (Long) last.fields[2]);
    }

    private static TraceEntries entries(IndexSearcher searcher, Query query) throws IOException {
        ScoreDoc[] hits = searcher.search(query,
                new TopFieldCollectorManager(Queries.sort(Order.OLDEST), LONGEST_TRACE + 1, null, 1)).scoreDocs;
        record Timed(long nanos, StoredEntry entry) {}
        List<Timed> timed = new ArrayList<>();
        long characters = 0;
        for (ScoreDoc hit : Arrays.asList(hits).subList(0, Math.min(hits.length, LONGEST_TRACE))) {
            StoredEntry entry = Documents.entry(searcher.storedFields().document(hit.doc));
            timed.add(new Timed((Long) ((FieldDoc) hit).fields[0], entry));
            characters += entry.json().length();
            if (characters >= LONGEST_ANSWER) {
                break;
            }
        }
        timed.sort(Comparator.comparingLong(Timed::nanos).thenComparing(t -> t.entry().topic())
                .thenComparingInt(t -> t.entry().partition()).thenComparingLong(t -> t.entry().offset()));
        return new TraceEntries(timed.stream().map(Timed::entry).toList(), timed.size() < hits.length);
    }

    @FunctionalInterface
    private interface Writing {
        void write(IndexWriter writer) throws IOException;
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(IndexSearcher searcher) throws IOException;
    }
}
