package io.throughline.logs;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.TopicPartition;
import org.apache.lucene.document.Document;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in one Lucene index for each day of event time.
 *
 * <p>A commit first commits the days that changed, each with the positions reached, and then replaces the file of
 * positions. A crash in between leaves days that are ahead of the file: what is read again from there they leave out,
 * day by day. So each record is there once although there are many indexes. Old days go as a whole.
 */
final class LuceneStore implements LogStore {

    private static final Logger LOG = LoggerFactory.getLogger(LuceneStore.class);
    /** Beyond these, records of further days share one index: event times come from anybody. */
    private static final int MOST_DAYS = 400;
    private static final int MOST_WRITERS = 16;
    private static final int IDLE_COMMITS = 120;
    private static final long MOST_RAM_BYTES = 96L << 20;
    private static final int APPENDS_BETWEEN_RAM_CHECKS = 1024;
    private static final Duration BETWEEN_RETENTIONS = Duration.ofSeconds(30);
    /** A commit of a busy second needs about this much. */
    private static final int ROOM_BYTES = 8 << 20;
    private static final String LOCK = "store.lock";

    private final StoreFiles files;
    private final Directory root;
    private final Lock lock;
    private final Documents documents;
    private final Sources sources;
    private final Retention retention;
    private final Clock clock;
    private final Words words = new Words();
    private final ConcurrentSkipListMap<Day, DayIndex> days = new ConcurrentSkipListMap<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private boolean dirty;
    private int appends;
    private Instant nextRetention = Instant.EPOCH;
    private volatile boolean closed;

    private LuceneStore(StoreFiles files, Directory root, Lock lock, String topicPrefix, Retention retention,
            Clock clock) {
        this.files = files;
        this.root = root;
        this.lock = lock;
        this.sources = new Sources(topicPrefix);
        this.documents = new Documents(sources);
        this.retention = retention;
        this.clock = clock;
    }

    /**
     * Opens the store in a directory, which is created when it is missing.
     *
     * @throws IOException with a line that names the directory and says what to do
     */
    static LuceneStore open(Path path, String topicPrefix, Retention retention, Clock clock) throws IOException {
        return open(path, topicPrefix, retention, clock, UnaryOperator.identity());
    }

    /** As the other, with every Lucene directory handed through {@code through}. */
    static LuceneStore open(Path path, String topicPrefix, Retention retention, Clock clock,
            UnaryOperator<Directory> through) throws IOException {
        var files = new StoreFiles(path, through);
        Directory root;
        try {
            root = files.open();
        } catch (IOException e) {
            throw new IOException("the store " + path + " cannot be opened (" + e + "): set THROUGHLINE_STORE_DIR to a"
                    + " directory that can be written", e);
        }
        Lock lock = lock(path, root);
        var store = new LuceneStore(files, root, lock, topicPrefix, retention, clock);
        try {
            store.load();
            return store;
        } catch (IOException | IllegalArgumentException e) {
            store.close();
            throw new IOException("the store " + path + " cannot be opened (" + e.getMessage() + "): make room if the"
                    + " disk is full, else move the directory away; what Kafka still holds is then read anew", e);
        }
    }

    private static Lock lock(Path path, Directory root) throws IOException {
        try {
            return root.obtainLock(LOCK);
        } catch (LockObtainFailedException e) {
            root.close();
            throw new IOException("the store " + path + " is in use by another process: stop it, or set"
                    + " THROUGHLINE_STORE_DIR to another directory", e);
        } catch (IOException e) {
            root.close();
            throw new IOException("the store " + path + " cannot be opened (" + e + "): set THROUGHLINE_STORE_DIR to a"
                    + " directory that can be written", e);
        }
    }

    @Override
    public boolean append(Entry entry) throws IOException {
        if (entry.offset() < positions.getOrDefault(entry.partition(), 0L)) {
            return false;
        }
        // Made first: what cannot be a document must not open a day.
        Document document = documents.of(entry);
        DayIndex day = dayOf(entry);
        boolean taken = !day.holds(entry.partition(), entry.offset());
        if (taken) {
            day.add(document);
            boundMemory();
        }
        advance(entry.partition(), entry.offset() + 1);
        return taken;
    }

    @Override
    public void advance(TopicPartition partition, long next) {
        if (next > positions.getOrDefault(partition, 0L)) {
            positions.put(partition, next);
            dirty = true;
        }
    }

    @Override
    public void restart(TopicPartition partition, long next) throws IOException {
        if (next < positions.getOrDefault(partition, 0L)) {
            for (DayIndex day : days.values()) {
                day.forget(partition);
            }
        }
        positions.put(partition, next);
        commitAlways();
    }

    @Override
    public Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> some = new HashMap<>(positions);
        some.keySet().retainAll(partitions);
        return some;
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    public void commit() throws IOException {
        if (dirty) {
            commitAlways();
        }
        if (!clock.instant().isBefore(nextRetention)) {
            nextRetention = clock.instant().plus(BETWEEN_RETENTIONS);
            dropOldDays();
        }
    }

    @Override
    public void refresh() throws IOException {
        for (DayIndex day : days.values()) {
            day.refresh();
        }
    }

    @Override
    public void recover() throws IOException {
        for (Map.Entry<Day, DayIndex> day : days.entrySet()) {
            if (!day.getValue().recover()) {
                drop(day.getKey());
            }
        }
        positions.clear();
        positions.putAll(PositionsFile.read(root));
        proveRoom();
        commitAlways();
    }

    @Override
    public Page search(LogQuery query) throws IOException {
        try (DaySearch search = daysOf(query)) {
            return search.page(query);
        }
    }

    @Override
    public long[] counts(LogQuery query, TimeSlices slices) throws IOException {
        try (DaySearch search = daysOf(query.within(slices.from(), slices.to()))) {
            return search.counts(query, slices);
        }
    }

    @Override
    public SortedSet<String> services() throws IOException {
        try (DaySearch search = daysOf(LogQuery.newest(1))) {
            return search.services();
        }
    }

    @Override
    public Size size() throws IOException {
        long documentCount = 0;
        for (DayIndex day : days.values()) {
            try (DayIndex.Lease lease = day.acquire()) {
                documentCount += lease == null ? 0 : lease.searcher().getIndexReader().numDocs();
            }
        }
        return new Size(documentCount, bytes());
    }

    @Override
    public void close() {
        closed = true;
        days.values().forEach(DayIndex::close);
        days.clear();
        try (root; lock) {
            LOG.debug("the store {} is closed", files.root());
        } catch (IOException e) {
            LOG.warn("the store did not close cleanly: {}", e.toString());
        }
    }

    private DaySearch daysOf(LogQuery query) throws IOException {
        if (closed) {
            throw new IOException("the store is closed");
        }
        var search = new DaySearch(documents, sources);
        try {
            for (Map.Entry<Day, DayIndex> day : days.entrySet()) {
                if (mayHold(day.getKey(), query)) {
                    search.add(day.getValue());
                }
            }
            return search;
        } catch (IOException | RuntimeException e) {
            search.close();
            throw e;
        }
    }

    private void load() throws IOException {
        for (String file : root.listAll()) {
            if (file.startsWith("segments")) {
                throw new IOException("it was written by an older release");
            }
        }
        positions.putAll(PositionsFile.read(root));
        for (String name : files.days()) {
            loadDay(Day.parse(name));
        }
    }

    private void loadDay(Day day) throws IOException {
        Directory directory = files.open(day.toString());
        boolean opened = false;
        try {
            if (DayIndex.exists(directory)) {
                days.put(day, DayIndex.open(directory, words));
                opened = true;
            } else {
                DayIndex.clear(directory);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new IOException(files.path(day.toString()) + ": " + e.getMessage(), e);
        } finally {
            if (!opened) {
                directory.close();
            }
        }
        if (!opened) {
            files.remove(day.toString());
        }
    }

    private DayIndex dayOf(Entry entry) throws IOException {
        Day day = Day.of(EpochNanos.of(entry.timestamp()));
        DayIndex index = days.get(day);
        if (index == null && days.size() >= MOST_DAYS) {
            day = Day.OTHER;
            index = days.get(day);
        }
        if (index == null) {
            index = DayIndex.create(files.open(day.toString()), words, clock.instant());
            days.put(day, index);
        }
        return index;
    }

    private void commitAlways() throws IOException {
        for (DayIndex day : days.values()) {
            if (day.dirty()) {
                day.commit(positions);
            }
        }
        PositionsFile.write(root, positions);
        dirty = false;
        releaseIdle();
    }

    private void proveRoom() throws IOException {
        String name = fill();
        try {
            root.sync(List.of(name));
        } finally {
            root.deleteFile(name);
        }
    }

    private String fill() throws IOException {
        IndexOutput opened = root.createTempOutput("room", "", IOContext.DEFAULT);
        String name = opened.getName();
        try (IndexOutput out = opened) {
            out.writeBytes(new byte[ROOM_BYTES], ROOM_BYTES);
            return name;
        } catch (IOException e) {
            root.deleteFile(name);
            throw e;
        }
    }

    private void releaseIdle() throws IOException {
        List<DayIndex> writable = new ArrayList<>();
        for (DayIndex day : days.values()) {
            if (day.idle() > IDLE_COMMITS) {
                day.release();
            } else if (day.writable()) {
                writable.add(day);
            }
        }
        writable.sort(Comparator.comparingInt(DayIndex::idleCommits));
        for (DayIndex day : writable.subList(Math.min(MOST_WRITERS, writable.size()), writable.size())) {
            day.release();
        }
    }

    /** Each day has a buffer of its own, and a store that reads the past writes many days at once. */
    private void boundMemory() throws IOException {
        if (++appends % APPENDS_BETWEEN_RAM_CHECKS == 0
                && days.values().stream().mapToLong(DayIndex::ramBytes).sum() > MOST_RAM_BYTES) {
            Optional<DayIndex> largest = days.values().stream().max(Comparator.comparingLong(DayIndex::ramBytes));
            if (largest.isPresent()) {
                largest.get().flushSome();
            }
        }
    }

    private void dropOldDays() throws IOException {
        Instant now = clock.instant();
        for (Map.Entry<Day, DayIndex> day : days.entrySet()) {
            if (expiry(day.getKey(), day.getValue()).isBefore(now)) {
                LOG.info("the day {} is dropped: it is older than {}", day.getKey(), retention.age());
                drop(day.getKey());
            }
        }
        while (retention.bytes() > 0 && days.size() > 1 && bytes() > retention.bytes()) {
            LOG.info("the day {} is dropped: the store is larger than {} bytes", days.firstKey(), retention.bytes());
            drop(days.firstKey());
        }
    }

    private Instant expiry(Day day, DayIndex index) {
        Instant begin = day.end().isAfter(index.created()) ? day.end() : index.created();
        return begin.plus(retention.age());
    }

    private void drop(Day day) throws IOException {
        DayIndex index = days.remove(day);
        if (index != null) {
            index.delete();
            files.remove(day.toString());
        }
    }

    private long bytes() throws IOException {
        long bytes = 0;
        for (DayIndex day : days.values()) {
            bytes += day.bytes();
        }
        return bytes;
    }

    private static boolean mayHold(Day day, LogQuery query) {
        return day.equals(Day.OTHER)
                || ((query.from() == null || Day.of(EpochNanos.of(query.from())).compareTo(day) <= 0)
                        && (query.to() == null || Day.of(EpochNanos.of(query.to())).compareTo(day) >= 0));
    }
}
