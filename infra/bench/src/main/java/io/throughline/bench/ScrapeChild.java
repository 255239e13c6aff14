package io.throughline.bench;

import io.throughline.expose.Aggregator;
import io.throughline.expose.AggregatorConfig;
import io.throughline.publish.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** The measured aggregator: starts, is scraped by itself, prints a {@link ScrapeSample} and ends. */
final class ScrapeChild {

    private static final int SCRAPES = 7;
    private static final long PATIENCE_NANOS = 120_000_000_000L;
    private static final int STATUS_OK = 200;

    private record Scraped(double seconds, long bytes) {}

    private ScrapeChild() {}

    /** Arguments: the brokers, a directory for its state. */
    public static void main(String[] args) throws Exception {
        Child.endWithParent();
        var settings = Settings.of(Map.of("THROUGHLINE_BOOTSTRAP_SERVERS", args[0], "THROUGHLINE_STATE_DIR", args[1],
                "THROUGHLINE_AGGREGATOR_PORT", "0"));
        try (var aggregator = Aggregator.start(AggregatorConfig.from(settings), ScrapeChild::fail);
                var http = HttpClient.newHttpClient()) {
            URI page = URI.create("http://127.0.0.1:" + aggregator.port() + "/metrics");
            Scraped first = first(http, page);
            double started = (System.currentTimeMillis()
                    - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3;
            Scraped[] plain = scrapes(http, page, "identity");
            Scraped[] zipped = scrapes(http, page, "gzip");
            System.out.println(Json.MAPPER.writeValueAsString(new ScrapeSample(started, first.bytes(), first.seconds(),
                    plain[SCRAPES / 2].seconds(), zipped[SCRAPES / 2].seconds(), zipped[0].bytes(), heapMebibytes())));
        }
        System.exit(0);
    }

    private static Scraped first(HttpClient http, URI page) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < deadline) {
            try {
                return scrape(http, page, "identity");
            } catch (IllegalStateException e) {
                Thread.sleep(20);
            }
        }
        throw new IllegalStateException("no page within two minutes");
    }

    private static Scraped[] scrapes(HttpClient http, URI page, String encoding)
            throws IOException, InterruptedException {
        Scraped[] scrapes = new Scraped[SCRAPES];
        for (int i : IntStream.range(0, SCRAPES).toArray()) {
            scrapes[i] = scrape(http, page, encoding);
        }
        Arrays.sort(scrapes, (a, b) -> Double.compare(a.seconds(), b.seconds()));
        return scrapes;
    }

    private static Scraped scrape(HttpClient http, URI page, String encoding)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        HttpResponse<InputStream> answer = http.send(HttpRequest.newBuilder(page).header("Accept-Encoding", encoding)
                .header("Accept", "application/openmetrics-text;version=1.0.0").build(), BodyHandlers.ofInputStream());
        long bytes = 0;
        try (InputStream body = answer.body()) {
            byte[] buffer = new byte[1 << 16];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                bytes += read;
            }
        }
        if (answer.statusCode() != STATUS_OK) {
            throw new IllegalStateException("the page answers " + answer.statusCode());
        }
        return new Scraped((System.nanoTime() - begin) / 1e9, bytes);
    }

    private static long heapMebibytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }

    private static void fail(String why) {
        System.err.println(why);
        System.exit(1);
    }
}
