package io.throughline.logs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceHeaders;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in OpenSearch, one index for each day of event time, shared by all shippers of a group.
 *
 * <p>A record's id is its topic, partition and offset, so a record that is sent twice is there once. Positions are
 * documents of an index of their own and follow the records; between the two a crash costs a repetition, which the ids
 * absorb. What the cluster has acknowledged is in its translog on disk.
 */
final class OpenSearchStore implements LogStore {

    private static final Logger LOG = LoggerFactory.getLogger(OpenSearchStore.class);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Words WORDS = new Words();
    private static final int BULK_CHARACTERS = 4 << 20;
    private static final int HITS_A_REQUEST = 1_000;
    private static final long LONGEST_ANSWER = 16L << 20;
    private static final int MOST_DAYS = 400;
    private static final Duration BETWEEN_RETENTIONS = Duration.ofSeconds(30);
    private static final String RECORD = "json";
    private static final List<String> IDS = List.of(TraceHeaders.TRACE_ID, TraceHeaders.REQUEST_ID,
            TraceHeaders.USER_ID, TraceHeaders.JOB_ID, TraceHeaders.BATCH_ID);

    private final OpenSearchClient client;
    private final String dayPrefix;
    private final String allDays;
    private final String positionsIndex;
    private final Sources sources;
    private final Retention retention;
    private final Clock clock;
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Set<TopicPartition> moved = new HashSet<>();
    private final Set<Day> days = new HashSet<>();
    private final StringBuilder bulk = new StringBuilder();
    private Instant nextRetention = Instant.EPOCH;

    private OpenSearchStore(OpenSearchConfig config, String topicPrefix, Retention retention, Clock clock) {
        this.client = new OpenSearchClient(config);
        this.dayPrefix = config.index() + "-day-";
        this.allDays = dayPrefix + '*';
        this.positionsIndex = config.index() + "-positions";
        this.sources = new Sources(topicPrefix);
        this.retention = retention;
        this.clock = clock;
    }

    /** Connects and sets up the template of the indexes; fails in one line when the cluster does not answer. */
    static OpenSearchStore open(OpenSearchConfig config, String topicPrefix, Retention retention, Clock clock)
            throws IOException {
        var store = new OpenSearchStore(config, topicPrefix, retention, clock);
        try {
            store.client.call("PUT", "/_index_template/" + config.index(), store.template().toString());
            store.listDays().forEach(day -> store.days.add(day.day()));
            return store;
        } catch (IOException | RuntimeException e) {
            store.close();
            throw new IOException("the store cannot be opened: " + e.getMessage() + " (THROUGHLINE_OPENSEARCH_URL)", e);
        }
    }

    @Override
    public boolean append(Entry entry) throws IOException {
        if (entry.offset() < positions.getOrDefault(entry.partition(), 0L)) {
            return false;
        }
        Day day = Day.of(EpochNanos.of(entry.timestamp()));
        if (!days.contains(day) && days.size() >= MOST_DAYS) {
            day = Day.OTHER;
        }
        ObjectNode document = document(entry);
        days.add(day);
        add(dayPrefix + day, entry.partition() + "-" + entry.offset(), document);
        if (bulk.length() > BULK_CHARACTERS) {
            send();
        }
        advance(entry.partition(), entry.offset() + 1);
        return true;
    }

    @Override
    public void advance(TopicPartition partition, long next) {
        if (next > positions.getOrDefault(partition, 0L)) {
            positions.put(partition, next);
            moved.add(partition);
        }
    }

    @Override
    public void restart(TopicPartition partition, long next) throws IOException {
        positions.put(partition, next);
        moved.add(partition);
        commit();
    }

    @Override
    public Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) throws IOException {
        List<TopicPartition> unknown = partitions.stream().filter(p -> !positions.containsKey(p)).toList();
        if (!unknown.isEmpty()) {
            ObjectNode body = JSON.objectNode();
            ArrayNode ids = body.putArray("ids");
            unknown.forEach(partition -> ids.add(partition.toString()));
            JsonNode found = client.call("POST", '/' + positionsIndex + "/_mget", body.toString()).path("docs");
            for (int i = 0; i < found.size(); i++) {
                if (found.get(i).path("found").booleanValue()) {
                    positions.put(unknown.get(i), found.get(i).path("_source").path("next").longValue());
                }
            }
        }
        Map<TopicPartition, Long> some = new HashMap<>(positions);
        some.keySet().retainAll(partitions);
        return some;
    }

    @Override
    public void release(Collection<TopicPartition> partitions) {
        partitions.forEach(positions::remove);
    }

    @Override
    public boolean shared() {
        return true;
    }

    @Override
    public void commit() throws IOException {
        send();
        if (!moved.isEmpty()) {
            moved.forEach(partition -> add(positionsIndex, partition.toString(), JSON.objectNode().put("next", positions
                    .get(partition))));
            send();
            moved.clear();
        }
        if (!clock.instant().isBefore(nextRetention)) {
            nextRetention = clock.instant().plus(BETWEEN_RETENTIONS);
            dropOldDays();
        }
    }

    @Override
    public void refresh() throws IOException {
        send();
        client.call("POST", '/' + allDays + "/_refresh", "");
    }

    @Override
    public void recover() throws IOException {
        bulk.setLength(0);
        moved.clear();
        positions.clear();
        add(positionsIndex, "probe", JSON.objectNode().put("at", clock.instant().toString()));
        send();
    }

    @Override
    public Page search(LogQuery query) throws IOException {
        List<StoredEntry> entries = new ArrayList<>();
        long characters = 0;
        long total = 0;
        boolean more = true;
        Cursor after = query.after();
        while (more && entries.size() < query.limit() && characters < LONGEST_ANSWER) {
            int size = Math.min(query.limit() - entries.size() + 1, HITS_A_REQUEST);
            JsonNode answer = ask(query, after, size);
            total = answer.at("/hits/total/value").longValue();
            JsonNode hits = answer.at("/hits/hits");
            more = hits.size() == size;
            // One more than asked for tells whether there is a next page.
            int take = Math.min(hits.size(), query.limit() - entries.size());
            for (int i = 0; i < take && characters < LONGEST_ANSWER; i++) {
                StoredEntry entry = entry(hits.get(i));
                entries.add(entry);
                characters += entry.json().length();
                after = entry.cursor(query.order());
                more |= i + 1 < hits.size();
            }
        }
        return new Page(entries, more && !entries.isEmpty() ? entries.getLast().cursor(query.order()) : null, total,
                Coverage.whole());
    }

    @Override
    public long[] counts(LogQuery query, TimeSlices slices) throws IOException {
        ObjectNode body = JSON.objectNode().put("size", 0);
        body.set("query", OpenSearchQueries.records(query.within(slices.from(), slices.to())));
        ObjectNode range = body.putObject("aggs").putObject("slices").putObject("range").put("field",
                OpenSearchQueries.TIME);
        ArrayNode ranges = range.putArray("ranges");
        for (int i = 0; i < slices.count(); i++) {
            Instant from = slices.from().plus(slices.width().multipliedBy(i));
            ranges.addObject().put("from", EpochNanos.of(from)).put("to", EpochNanos.of(from.plus(slices.width())));
        }
        JsonNode buckets = client.call("POST", '/' + allDays + "/_search", body.toString()).at(
                "/aggregations/slices/buckets");
        long[] counts = new long[slices.count()];
        for (int i = 0; i < Math.min(counts.length, buckets.size()); i++) {
            counts[i] = buckets.get(i).path("doc_count").longValue();
        }
        return counts;
    }

    @Override
    public SortedSet<String> services() throws IOException {
        SortedSet<String> services = new TreeSet<>();
        JsonNode answer = client.call("POST", '/' + allDays + "/_search", """
                {"size":0,"aggs":{"services":{"terms":{"field":"service","size":10000}}}}""");
        answer.at("/aggregations/services/buckets").forEach(bucket -> services.add(bucket.path("key").textValue()));
        return services;
    }

    @Override
    public Size size() throws IOException {
        JsonNode all = client.call("GET", '/' + allDays + "/_stats/docs,store", "").at("/_all/primaries");
        return new Size(all.at("/docs/count").longValue(), all.at("/store/size_in_bytes").longValue());
    }

    @Override
    public void close() {
        client.close();
    }

    private void add(String index, String id, ObjectNode document) {
        ObjectNode action = JSON.objectNode();
        action.putObject("index").put("_index", index).put("_id", id);
        bulk.append(action).append('\n').append(document).append('\n');
    }

    private void send() throws IOException {
        if (!bulk.isEmpty()) {
            client.bulk(bulk.toString());
            bulk.setLength(0);
        }
    }

    private JsonNode ask(LogQuery query, @Nullable Cursor after, int size) throws IOException {
        ObjectNode body = JSON.objectNode().put("size", size).put("track_total_hits", true).put("timeout", "10s");
        body.set("query", OpenSearchQueries.records(query));
        body.set("sort", OpenSearchQueries.sort(query.order()));
        ArrayNode place = OpenSearchQueries.after(after, sources);
        if (place != null) {
            body.set("search_after", place);
        }
        JsonNode answer = client.call("POST", '/' + allDays + "/_search", body.toString());
        if (answer.path("timed_out").booleanValue()) {
            throw new IOException("the search took longer than 10 s: ask for a shorter time with from and to");
        }
        return answer;
    }

    private ObjectNode document(Entry entry) {
        ObjectNode document = JSON.objectNode().put(Documents.KIND, entry.kind().wireName())
                .put(Documents.SOURCE, sources.of(entry.partition())).put(Documents.OFFSET, entry.offset())
                .put(OpenSearchQueries.TIME, EpochNanos.of(entry.timestamp())).put(RECORD, entry.json());
        TraceContext context = entry.context();
        id(document, TraceHeaders.TRACE_ID, context.traceId());
        id(document, TraceHeaders.REQUEST_ID, context.requestId());
        id(document, TraceHeaders.USER_ID, context.userId());
        id(document, TraceHeaders.JOB_ID, context.jobId());
        id(document, TraceHeaders.BATCH_ID, context.batchId());
        put(document, Documents.SERVICE, entry.service());
        put(document, Documents.LOGGER, entry.logger());
        put(document, Documents.LEVEL, entry.level() == null ? null : entry.level().wireName());
        put(document, Documents.ERROR_CODE, entry.errorCode());
        put(document, Documents.STATUS_CODE, entry.statusCode() == null ? null : entry.statusCode().toString());
        ArrayNode text = document.putArray(Documents.TEXT);
        // Cut into words here, so that both stores find the same.
        entry.text().forEach(part -> text.add(String.join(" ", WORDS.of(part))));
        return document;
    }

    /** Found by its term, and given back as it is. */
    private static void id(ObjectNode document, String field, @Nullable String value) {
        put(document, field, value);
        if (value != null && !Documents.term(value).equals(value)) {
            document.put("whole_" + field, value);
        }
    }

    private static void put(ObjectNode document, String field, @Nullable String value) {
        if (value != null) {
            document.put(field, Documents.term(value));
        }
    }

    private StoredEntry entry(JsonNode hit) {
        JsonNode source = hit.path("_source");
        long place = source.path(Documents.SOURCE).longValue();
        String[] ids = IDS.stream().map(field -> source.hasNonNull("whole_" + field)
                ? source.get("whole_" + field).textValue()
                : source.path(field).textValue()).toArray(String[]::new);
        return new StoredEntry(sources.kind(place), sources.partition(place).topic(),
                sources.partition(place).partition(), source.path(Documents.OFFSET).longValue(),
                source.path(OpenSearchQueries.TIME).longValue(),
                new TraceContext(ids[0], ids[1], ids[2], ids[3], ids[4]), source.path(RECORD).textValue());
    }

    private ObjectNode template() {
        ObjectNode template = JSON.objectNode();
        template.putArray("index_patterns").add(allDays);
        ObjectNode inner = template.putObject("template");
        inner.putObject("settings").put("index.number_of_replicas", 0).put("index.auto_expand_replicas", "0-1")
                .put("index.codec", "best_compression").put("index.refresh_interval", "1s");
        ObjectNode mappings = inner.putObject("mappings").put("dynamic", false);
        mappings.putObject("_source").putArray("excludes").add(Documents.TEXT);
        ObjectNode properties = mappings.putObject("properties");
        for (String field : List.of(OpenSearchQueries.TIME, Documents.SOURCE, Documents.OFFSET)) {
            properties.putObject(field).put("type", "long");
        }
        List<String> terms = new ArrayList<>(IDS);
        terms.addAll(List.of(Documents.KIND, Documents.LOGGER, Documents.LEVEL, Documents.ERROR_CODE,
                Documents.STATUS_CODE));
        terms.forEach(field -> properties.putObject(field).put("type", "keyword").put("doc_values", false));
        properties.putObject(Documents.SERVICE).put("type", "keyword");
        properties.putObject(Documents.TEXT).put("type", "text").put("analyzer", "whitespace").put("norms", false)
                .put("position_increment_gap", 100);
        return template;
    }

    private void dropOldDays() throws IOException {
        List<StoredDay> all = new ArrayList<>(listDays());
        all.sort(Comparator.comparing(StoredDay::day));
        long bytes = all.stream().mapToLong(StoredDay::bytes).sum();
        for (int i = 0; i < all.size(); i++) {
            StoredDay day = all.get(i);
            boolean old = day.expiry(retention.age()).isBefore(clock.instant());
            boolean tooMuch = retention.bytes() > 0 && bytes > retention.bytes() && i < all.size() - 1;
            if (old || tooMuch) {
                LOG.info("the day {} is dropped: {}", day.day(), old ? "it is too old" : "the store is too large");
                client.call("DELETE", '/' + dayPrefix + day.day(), "");
                days.remove(day.day());
                bytes -= day.bytes();
            }
        }
    }

    private List<StoredDay> listDays() throws IOException {
        List<StoredDay> found = new ArrayList<>();
        JsonNode rows = client.call("GET", "/_cat/indices/" + allDays
                + "?format=json&bytes=b&h=index,creation.date,pri.store.size", "");
        for (JsonNode row : rows) {
            found.add(new StoredDay(Day.parse(row.path("index").textValue().substring(dayPrefix.length())),
                    Instant.ofEpochMilli(row.path("creation.date").asLong()), row.path("pri.store.size").asLong()));
        }
        return found;
    }

    private record StoredDay(Day day, Instant created, long bytes) {
        Instant expiry(Duration age) {
            return (day.end().isAfter(created) ? day.end() : created).plus(age);
        }
    }
}
