package io.throughline.local.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.throughline.local.ShipperClient;
import io.throughline.local.ShipperClient.Refused;
import io.throughline.publish.Settings;
import io.throughline.replay.Coordinates;
import io.throughline.serve.HttpEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class StoredRecordsTest {

    private static final String LINE = "{\"kind\":\"event\",\"topic\":\"throughline.llm\",\"partition\":3,\"offset\":%d}\n";

    private final List<String> asked = new CopyOnWriteArrayList<>();

    @Test
    void everyPage_isAskedFor() throws Exception {
        StoredRecords stored = ask(exchange -> {
            boolean first = !exchange.getRequestURI().getRawQuery().contains("cursor=");
            if (first) {
                exchange.getResponseHeaders().set("X-Next-Cursor", "more");
                exchange.getResponseHeaders().set("X-Watermark", "2026-01-28T15:30:00Z");
            }
            lines(exchange, LINE.formatted(first ? 7 : 8));
        });
        assertThat(stored.coordinates()).containsExactly(new Coordinates("throughline.llm", 3, 7),
                new Coordinates("throughline.llm", 3, 8));
        assertThat(stored.upTo()).contains("2026-01-28T15:30:00Z");
        assertThat(asked).hasSize(2).allMatch(query -> query.contains("kind=all") && query.contains("user_id=u%201")
                && query.contains("from=2026-01-28T12%3A00%3A00Z"));
    }

    @Test
    void answerThatIsNotEverything_isRefused() {
        assertThatThrownBy(() -> ask(exchange -> {
            exchange.getResponseHeaders().set("X-Complete", "false");
            lines(exchange, LINE.formatted(7));
        })).isInstanceOf(Refused.class).hasMessageContaining("a part of the store does not answer");
        assertThatThrownBy(() -> ask(exchange -> {
            exchange.getResponseHeaders().set("X-Total-Matched", "10001");
            lines(exchange, LINE.formatted(7));
        })).isInstanceOf(Refused.class).hasMessageContaining("more than 10000");
        assertThatThrownBy(() -> ask(exchange -> lines(exchange, ""))).isInstanceOf(Refused.class)
                .hasMessageContaining("no such record");
        assertThatThrownBy(() -> ask(exchange -> lines(exchange, "<html>"))).isInstanceOf(Refused.class)
                .hasMessageContaining("is no shipper's");
    }

    private StoredRecords ask(HttpEndpoint.Handler handler) throws Exception {
        try (var endpoint = HttpEndpoint.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Executors.newVirtualThreadPerTaskExecutor()).route("/api/v1/logs", exchange -> {
                    asked.add(exchange.getRequestURI().getRawQuery());
                    handler.handle(exchange);
                }).start();
                var shipper = ShipperClient.of("http://localhost:" + endpoint.port(), Settings.of(Map.of()))) {
            return StoredRecords.of(Map.of("user_id", "u 1"), Instant.parse("2026-01-28T12:00:00Z"), shipper);
        }
    }

    private static void lines(HttpExchange exchange, String lines) throws IOException {
        HttpEndpoint.send(exchange, 200, "application/x-ndjson", lines.getBytes(UTF_8));
    }
}
