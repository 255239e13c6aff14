package io.throughline.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SlowReaderTest {

    private static final byte[] LARGE = new byte[32 << 20];
    private static final byte[] MIDDLE = new byte[1 << 20];
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private final CompletableFuture<Boolean> cutOff = new CompletableFuture<>();
    private final HttpEndpoint endpoint;

    SlowReaderTest() throws IOException {
        endpoint = HttpEndpoint.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Executors.newCachedThreadPool(), PATIENCE, PATIENCE)
                .route("/large", exchange -> told(() -> HttpEndpoint.send(exchange, 200, "text/plain", LARGE)))
                .route("/middle", exchange -> HttpEndpoint.send(exchange, 200, "text/plain", MIDDLE))
                .stream("/ticks", exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    OutputStream body = exchange.getResponseBody();
                    for (int i = 0; i < 20; i++) {
                        pause();
                        body.write("tick\n".getBytes(US_ASCII));
                        body.flush();
                    }
                }).stream("/flood", exchange -> told(() -> {
                    exchange.sendResponseHeaders(200, 0);
                    while (true) {
                        exchange.getResponseBody().write(LARGE);
                        exchange.getResponseBody().flush();
                    }
                })).start();
    }

    @AfterEach
    void stop() {
        endpoint.close();
    }

    @Test
    void readerThatDoesNotRead_isCutOff() throws Exception {
        try (var reader = ask("/large")) {
            assertThat(reader.getInputStream().read()).isEqualTo('H');
            assertThat(cutOff.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void readerOfAStreamThatDoesNotRead_isCutOff() throws Exception {
        try (var reader = ask("/flood")) {
            assertThat(reader.getInputStream().read()).isEqualTo('H');
            assertThat(cutOff.get(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Twenty ticks take longer in all than a reader may take for one. */
    @Test
    void streamThatIsRead_goesOnForAsLongAsItLikes() throws Exception {
        try (var reader = ask("/ticks")) {
            assertThat(new BufferedReader(new InputStreamReader(reader.getInputStream(), US_ASCII)).lines().filter(
                    "tick"::equals).limit(20)).hasSize(20);
        }
    }

    @Test
    void answerThatIsRead_arrivesWhole() throws Exception {
        try (var reader = ask("/middle"); InputStream in = reader.getInputStream()) {
            assertThat(in.readNBytes(MIDDLE.length).length).isEqualTo(MIDDLE.length);
        }
    }

    private Socket ask(String path) throws IOException {
        var reader = new Socket();
        if (!path.equals("/middle")) {
            reader.setReceiveBufferSize(4096);
        }
        reader.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port()));
        reader.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(US_ASCII));
        return reader;
    }

    @FunctionalInterface
    private interface Sending {
        void send() throws IOException;
    }

    private void told(Sending sending) throws IOException {
        try {
            sending.send();
        } catch (IOException e) {
            cutOff.complete(true);
            throw e;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(25);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
