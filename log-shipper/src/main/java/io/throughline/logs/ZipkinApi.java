package io.throughline.logs;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import io.throughline.event.Event;
import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.time.Clock;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Answers the part of Zipkin's API, second version, that reads: what Grafana's data source and Zipkin's own tools ask.
 * Thread-safe.
 *
 * @see <a href="https://zipkin.io/zipkin-api/">Zipkin API</a>
 */
final class ZipkinApi {

    static final String TRACE = "/api/v2/trace/";
    static final String TRACES = "/api/v2/traces";
    static final String TRACE_MANY = "/api/v2/traceMany";
    static final String SERVICES = "/api/v2/services";
    static final String SPANS = "/api/v2/spans";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonMapper JSON = new JsonMapper();
    private static final String TYPE = "application/json";
    /** How far back a search looks for traces that match. */
    private static final int MOST_RECORDS = 5_000;
    private static final int MOST_EXAMINED = 500;
    private static final long LONGEST_SEARCH_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int RECENT_EVENTS = 1_000;
    private static final int MOST_MANY = 100;

    private final LogSearch store;
    private final Answers answers;
    private final Clock clock;
    private final TraceIdMemory memory = new TraceIdMemory();

    ZipkinApi(LogSearch store, Answers answers, Clock clock) {
        this.store = store;
        this.answers = answers;
        this.clock = clock;
    }

    HttpEndpoint routes(HttpEndpoint endpoint) {
        return endpoint.routeBelow(TRACE, this::trace).route(TRACES, this::traces).route(TRACE_MANY, this::traceMany)
                .route(SERVICES, this::services).route(SPANS, this::spans);
    }

    private void trace(HttpExchange exchange) throws IOException, Problem {
        String id = exchange.getRequestURI().getPath().substring(TRACE.length());
        if (id.isBlank()) {
            throw new Problem(404, "a trace id must follow " + TRACE);
        }
        answers.answer(exchange, Answers.Weight.TRACES, TYPE, () -> {
            List<ZipkinSpan> spans = spans(id);
            if (spans.isEmpty()) {
                throw new Problem(404, "nothing is stored of trace " + Parameters.shown(id));
            }
            return JSON.writeValueAsBytes(json(spans));
        });
    }

    private void traceMany(HttpExchange exchange) throws IOException, Problem {
        String ids = ZipkinQuery.parameters(exchange.getRequestURI().getRawQuery()).get("traceIds");
        Set<String> asked = new LinkedHashSet<>(List.of((ids == null ? "" : ids).split(",")));
        asked.removeIf(String::isBlank);
        if (asked.isEmpty() || asked.size() > MOST_MANY) {
            throw Parameters.bad("traceIds must be 1 to " + MOST_MANY + " trace ids with commas between them, got "
                    + asked.size());
        }
        answers.answer(exchange, Answers.Weight.TRACES, TYPE, () -> {
            ArrayNode traces = NODES.arrayNode();
            for (String id : asked) {
                List<ZipkinSpan> spans = spans(id);
                if (!spans.isEmpty()) {
                    traces.add(json(spans));
                }
            }
            return JSON.writeValueAsBytes(traces);
        });
    }

    private void traces(HttpExchange exchange) throws IOException, Problem {
        ZipkinQuery query = ZipkinQuery.of(exchange.getRequestURI().getRawQuery(), clock);
        answers.answer(exchange, Answers.Weight.TRACES, TYPE, () -> JSON.writeValueAsBytes(find(query)));
    }

    private void services(HttpExchange exchange) throws IOException, Problem {
        Set<String> names = new TreeSet<>();
        Answers.read(store::services).forEach(name -> names.add(lower(name)));
        HttpEndpoint.json(exchange, 200, names);
    }

    private void spans(HttpExchange exchange) throws IOException, Problem {
        String service = ZipkinQuery.parameters(exchange.getRequestURI().getRawQuery()).get("serviceName");
        if (service == null) {
            throw Parameters.bad("serviceName is required");
        }
        answers.answer(exchange, Answers.Weight.LINES, TYPE, () -> {
            Set<String> names = new TreeSet<>();
            for (String name : namesOf(service)) {
                for (StoredEntry entry : Answers.read(() -> store.records(EnumSet.of(Kind.EVENT), LogQuery.of("service",
                        name, RECENT_EVENTS)))) {
                    Event event = Item.of(entry).event();
                    String span = event == null ? null : Spans.nameOf(event);
                    if (span != null) {
                        names.add(lower(span));
                    }
                }
            }
            return JSON.writeValueAsBytes(names);
        });
    }

    /** Newest first: traces that events tell of, then those that only log lines do. */
    private ArrayNode find(ZipkinQuery query) throws Problem {
        ArrayNode found = NODES.arrayNode();
        Set<String> examined = new HashSet<>();
        long deadline = System.nanoTime() + LONGEST_SEARCH_NANOS;
        for (Kind kind : List.of(Kind.EVENT, Kind.LOG)) {
            Set<String> ids = found.size() < query.limit() ? candidates(kind, query) : Set.of();
            for (String id : ids) {
                if (found.size() >= query.limit() || examined.size() >= MOST_EXAMINED
                        || System.nanoTime() > deadline) {
                    return found;
                }
                if (examined.add(id)) {
                    List<ZipkinSpan> spans = spans(id);
                    if (query.matches(spans)) {
                        found.add(json(spans));
                    }
                }
            }
        }
        return found;
    }

    private Set<String> candidates(Kind kind, ZipkinQuery query) throws Problem {
        List<Map<String, String>> conditions = query.serviceName() == null
                ? List.of(Map.of())
                : namesOf(query.serviceName()).stream().map(name -> Map.of("service", name)).toList();
        Set<String> ids = new LinkedHashSet<>();
        for (Map<String, String> condition : conditions) {
            LogQuery asked = LogQuery.of(condition, MOST_RECORDS).within(query.from(), query.to());
            Answers.read(() -> store.records(EnumSet.of(kind), asked)).forEach(entry -> ids.add(entry.context()
                    .traceId()));
        }
        return ids;
    }

    private List<ZipkinSpan> spans(String id) throws Problem {
        // As it came, then as a tool may have changed it: written in lower case, or made from another id.
        Set<String> ways = new LinkedHashSet<>(List.of(id, lower(id)));
        memory.original(id).ifPresent(ways::add);
        Set<String> missing = new TreeSet<>();
        for (String way : ways) {
            LogSearch.TraceEntries entries = Answers.read(() -> store.trace(way));
            if (!entries.entries().isEmpty()) {
                memory.remember(way);
                return ZipkinTrace.of(Story.of(way, entries));
            }
            missing.addAll(entries.coverage().missing());
        }
        if (!missing.isEmpty()) {
            throw new Problem(503, "nothing was found of trace " + Parameters.shown(id) + ", and " + String.join(", ",
                    missing) + " did not answer");
        }
        return List.of();
    }

    /** Services whose name is this one when it is written in lower case. */
    private List<String> namesOf(String service) throws Problem {
        return Answers.read(store::services).stream().filter(name -> lower(name).equals(lower(service))).toList();
    }

    private static ArrayNode json(List<ZipkinSpan> spans) {
        ArrayNode array = NODES.arrayNode();
        spans.forEach(span -> array.add(span.json()));
        return array;
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** Remembers which ids stand for trace ids that tracing tools cannot take. Thread-safe. */
    private static final class TraceIdMemory {

        private static final int MOST = 10_000;

        private final Map<String, String> originals = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
                return size() > MOST;
            }
        };

        synchronized void remember(String traceId) {
            if (!SpanIds.isTraceId(traceId)) {
                originals.put(SpanIds.traceId(traceId), traceId);
            }
        }

        synchronized Optional<String> original(String id) {
            return Optional.ofNullable(originals.get(lower(id)));
        }
    }
}
