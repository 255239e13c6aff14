package io.throughline.logs;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all shippers hold together: each question goes to the others as well, and what they answer in time is put
 * together, each record once. Who does not answer is named in the {@link Coverage}. Thread-safe.
 */
final class Peers implements LogSearch, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final JsonMapper JSON = new JsonMapper();

    private final LogSearch local;
    private final String instance;
    private final List<String> peers;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build();

    /**
     * @param local what this shipper holds
     * @param instance its name, by which it knows itself among the peers
     * @param peers host:port of each; a name that stands for several addresses stands for as many shippers
     */
    Peers(LogSearch local, String instance, List<String> peers) {
        this.local = local;
        this.instance = instance;
        this.peers = List.copyOf(peers);
    }

    @Override
    public Page search(LogQuery query) throws IOException {
        var asked = ask(PeerApi.RECORDS + '?' + Parameters.encode(query));
        List<Page> pages = new ArrayList<>();
        pages.add(local.search(query));
        List<String> missing = new ArrayList<>();
        gather(asked, missing, answer -> pages.add(page(answer)));
        Page merged = pages.size() == 1 ? pages.getFirst() : Merging.of(pages, query);
        return new Page(merged.entries(), merged.next(), merged.total(),
                new Coverage(merged.coverage().watermark(), missing));
    }

    @Override
    public long[] counts(LogQuery query, TimeSlices slices) throws IOException {
        return counts(query, slices, new ArrayList<>());
    }

    @Override
    public long[] counts(LogQuery query, TimeSlices slices, Collection<String> missing) throws IOException {
        var asked = ask(PeerApi.COUNTS + '?' + PeerApi.slices(slices) + '&' + Parameters.encode(query));
        long[] counts = local.counts(query, slices);
        gather(asked, missing, answer -> {
            long[] more = JSON.readValue(answer.body(), long[].class);
            for (int i = 0; i < counts.length; i++) {
                counts[i] += more[i];
            }
        });
        return counts;
    }

    @Override
    public SortedSet<String> services() throws IOException {
        var asked = ask(PeerApi.SERVICES);
        SortedSet<String> services = new TreeSet<>(local.services());
        gather(asked, new ArrayList<>(),
                answer -> services.addAll(List.of(JSON.readValue(answer.body(), String[].class))));
        return services;
    }

    @Override
    public List<String> others() {
        List<String> others = new ArrayList<>();
        // Who does not answer is another one: this shipper would.
        gather(ask(PeerApi.SERVICES), others, answer -> others.add(answer.uri().getAuthority()));
        return others;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private Map<String, CompletableFuture<HttpResponse<String>>> ask(String path) {
        Map<String, CompletableFuture<HttpResponse<String>>> asked = new LinkedHashMap<>();
        for (String peer : peers) {
            int colon = peer.lastIndexOf(':');
            try {
                InetAddress[] addresses = InetAddress.getAllByName(peer.substring(0, colon));
                for (InetAddress address : addresses) {
                    String host = address.getHostAddress();
                    String port = peer.substring(colon);
                    asked.put(addresses.length == 1 ? peer : host + port,
                            send(URI.create("http://" + (host.contains(":") ? '[' + host + ']' : host) + port + path)));
                }
            } catch (UnknownHostException e) {
                asked.put(peer, CompletableFuture.failedFuture(e));
            }
        }
        return asked;
    }

    private CompletableFuture<HttpResponse<String>> send(URI uri) {
        return client.sendAsync(HttpRequest.newBuilder(uri).timeout(ANSWER).build(), BodyHandlers.ofString());
    }

    private void gather(Map<String, CompletableFuture<HttpResponse<String>>> asked, Collection<String> missing,
            Taking taking) {
        long deadline = System.nanoTime() + ANSWER.toNanos();
        asked.forEach((peer, future) -> {
            try {
                HttpResponse<String> answer = future.get(Math.max(0, deadline - System.nanoTime()),
                        TimeUnit.NANOSECONDS);
                if (answer.statusCode() != 200) {
                    throw new IOException("status " + answer.statusCode() + ": " + answer.body());
                }
                if (!answer.headers().firstValue(PeerApi.INSTANCE).orElse("").equals(instance)) {
                    taking.take(answer);
                }
            } catch (IOException | ExecutionException | TimeoutException | RuntimeException e) {
                LOG.debug("{} does not answer: {}", peer, e.toString());
                missing.add(peer);
                future.cancel(true);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                missing.add(peer);
            }
        });
    }

    private static Page page(HttpResponse<String> answer) throws IOException {
        List<StoredEntry> entries = new ArrayList<>();
        for (String line : Arrays.asList(answer.body().split("\n", -1))) {
            if (!line.isEmpty()) {
                entries.add(Envelopes.read(line));
            }
        }
        Cursor next = header(answer, Api.NEXT_CURSOR) == null
                ? null
                : Cursor.decode(String.valueOf(header(answer, Api.NEXT_CURSOR))).orElseThrow(
                        () -> new IOException("no cursor"));
        String watermark = header(answer, Api.WATERMARK);
        String total = header(answer, Api.TOTAL_MATCHED);
        return new Page(entries, next, total == null ? 0 : Long.parseLong(total),
                new Coverage(watermark == null ? null : Instant.parse(watermark), List.of()));
    }

    private static @Nullable String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse(null);
    }

    @FunctionalInterface
    private interface Taking {
        void take(HttpResponse<String> answer) throws IOException;
    }
}
