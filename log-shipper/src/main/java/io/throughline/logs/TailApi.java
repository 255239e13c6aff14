package io.throughline.logs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /api/v1/tail} with server-sent events: {@code log} and {@code event} for records, {@code dropped} where
 * a reader was too slow, {@code incomplete} where other shippers store too, {@code end} when what was awaited has ended, and a comment as heartbeat.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">server-sent events</a>
 */
final class TailApi {

    static final String PATH = "/api/v1/tail";

    /** Log lines about an end are written right after it, and lie in another partition. */
    private static final Duration AFTER_END = Duration.ofSeconds(2);
    /** What is sent at once: a reader that comes back may be owed megabytes. */
    private static final int PIECE = 256 * 1024;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final LogSearch store;
    private final Tail tail;
    private final Duration heartbeat;

    TailApi(LogSearch store, Tail tail, Duration heartbeat) {
        this.store = store;
        this.tail = tail;
        this.heartbeat = heartbeat;
    }

    void tail(HttpExchange exchange) throws IOException, Problem {
        TailQuery query = TailQuery.of(exchange.getRequestURI().getRawQuery());
        String lastId = exchange.getRequestHeaders().getFirst("Last-Event-ID");
        TailReader reader = tail.read(query, lastId).orElseThrow(() -> {
            exchange.getResponseHeaders().set("Retry-After", "5");
            return new Problem(503, Tail.MOST_READERS + " readers follow already, try again later");
        });
        try {
            new Stream(exchange, query, reader).send(lastId == null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server stops, and the reader comes back
        } finally {
            tail.leave(reader);
        }
    }

    /** One reader's answer. */
    private final class Stream {

        private final HttpExchange exchange;
        private final TailQuery query;
        private final TailReader reader;
        private final StringBuilder text = new StringBuilder();
        private final Set<String> sent = new HashSet<>();

        Stream(HttpExchange exchange, TailQuery query, TailReader reader) {
            this.exchange = exchange;
            this.query = query;
            this.reader = reader;
        }

        void send(boolean fresh) throws IOException, Problem, InterruptedException {
            // The reader is registered: what is committed from here on waits for it, and what came before is stored.
            List<StoredEntry> backlog = fresh && query.backlog() > 0 ? backlog() : List.of();
            String ended = query.until() == null ? null : stored();
            var headers = exchange.getResponseHeaders();
            headers.set("Content-Type", "text/event-stream; charset=utf-8");
            headers.set("Cache-Control", "no-store");
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("X-Accel-Buffering", "no");
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, head ? -1 : 0);
            if (head) {
                return;
            }
            text.append("retry: 1000\n: what is committed from now on\n\n");
            incomplete(store.others());
            for (StoredEntry entry : backlog) {
                sent.add(place(entry));
                append(null, entry);
                flushPieces();
            }
            if (fresh) {
                // Without an event: whoever is cut off before the first record can come back without a gap.
                text.append("id: ").append(reader.startId()).append("\n\n");
            }
            flush();
            follow(ended);
        }

        private void incomplete(List<String> others) {
            if (!others.isEmpty()) {
                ObjectNode data = JSON.objectNode();
                others.forEach(data.putArray("not_shown")::add);
                event(null, "incomplete", data.toString());
            }
        }

        private void follow(@Nullable String ended) throws IOException, InterruptedException {
            long deadline = ended == null ? Long.MAX_VALUE : 0;
            String status = ended;
            while (true) {
                long now = System.nanoTime() / 1_000_000;
                long patience = status == null ? heartbeat.toMillis() : Math.max(0, deadline - now);
                TailReader.Batch batch = reader.take(patience);
                for (TailRecord record : batch.records()) {
                    append(record);
                    flushPieces();
                }
                dropped(batch);
                if (status == null && batch.endStatus() != null) {
                    status = batch.endStatus();
                    deadline = now + AFTER_END.toMillis();
                }
                if (status != null && System.nanoTime() / 1_000_000 >= deadline) {
                    end(status);
                    return;
                }
                if (text.isEmpty() && status == null) {
                    text.append(": heartbeat\n\n");
                }
                flush();
            }
        }

        private void append(TailRecord record) {
            StoredEntry stored = record.entry().stored();
            if (sent.isEmpty() || !sent.remove(place(stored))) {
                append(tail.id(record), stored);
            }
        }

        private void append(@Nullable String id, StoredEntry entry) {
            String data = entry.kind() == Kind.LOG
                    ? entry.json()
                    : TraceAnswer.entry(JSON.objectNode(), Item.of(entry)).toString();
            event(id, entry.kind().wireName(), data);
        }

        private void dropped(TailReader.Batch batch) {
            if (batch.dropped() > 0) {
                event(null, "dropped", JSON.objectNode().put("count", batch.dropped()).put("reason", "slow_reader")
                        .toString());
            }
            if (batch.incomplete()) {
                event(null, "dropped", JSON.objectNode().putNull("count").put("reason", "not_kept").toString());
            }
        }

        private void end(String status) throws IOException {
            ObjectNode data = JSON.objectNode().put("reason", query.until() == null
                    ? "end"
                    : query.until()
                            .wireName())
                    .put(query.awaitedField(), query.awaited()).put("status", status);
            event(null, "end", data.toString());
            flush();
        }

        private void event(@Nullable String id, String name, String data) {
            if (id != null) {
                text.append("id: ").append(id).append('\n');
            }
            text.append("event: ").append(name).append('\n');
            // A line break would end the field; events are kept as they came and may hold some.
            data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
            text.append('\n');
        }

        private void flushPieces() throws IOException {
            if (text.length() > PIECE) {
                flush();
            }
        }

        private void flush() throws IOException {
            OutputStream body = exchange.getResponseBody();
            body.write(text.toString().getBytes(StandardCharsets.UTF_8));
            body.flush();
            text.setLength(0);
        }

        private List<StoredEntry> backlog() throws Problem {
            List<StoredEntry> newest = new ArrayList<>(read(query.kinds(), query.query().newestOnly(query.backlog())));
            Collections.reverse(newest);
            return newest;
        }

        /** How the awaited thing ended, when that is stored already. */
        private @Nullable String stored() throws Problem {
            LogQuery events = LogQuery.of(query.awaitedField(), query.awaited(), 1_000);
            return read(EnumSet.of(Kind.EVENT), events).stream().flatMap(entry -> query.end(Item.of(entry).event())
                    .stream()).findFirst().orElse(null);
        }

        private List<StoredEntry> read(Set<Kind> kinds, LogQuery asked) throws Problem {
            try {
                return store.records(kinds, asked);
            } catch (IOException e) {
                throw new Problem(503, "the store cannot be read: " + e.getMessage());
            }
        }

        private String place(StoredEntry entry) {
            return entry.topic() + '-' + entry.partition() + '-' + entry.offset();
        }
    }
}
