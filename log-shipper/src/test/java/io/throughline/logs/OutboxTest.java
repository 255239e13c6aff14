package io.throughline.logs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.serve.HttpEndpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OutboxTest {

    private static final byte[] BODY = new byte[24 << 20];

    private final List<Socket> readers = new ArrayList<>();
    private final HttpEndpoint endpoint;

    OutboxTest() throws IOException {
        var outbox = new Outbox(2L * BODY.length, 200);
        endpoint = HttpEndpoint.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Executors.newVirtualThreadPerTaskExecutor())
                .route("/large", exchange -> outbox.send(exchange, "text/plain", BODY))
                .route("/small", exchange -> outbox.send(exchange, "text/plain", new byte[10])).start();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket reader : readers) {
            reader.close();
        }
        endpoint.close();
    }

    @Test
    void readersThatDoNotRead_areBrokenOff_oldestFirst_whenTheRoomIsFull() throws IOException {
        Socket oldest = ask("/large");
        Socket second = ask("/large");
        Socket third = ask("/large");
        assertThat(length(oldest)).as("broken off").isLessThan(BODY.length);
        assertThat(length(second)).as("goes on where it was").isEqualTo(BODY.length);
        assertThat(length(third)).isEqualTo(BODY.length);
    }

    @Test
    void readersThatRead_allGetTheirAnswer() throws IOException {
        for (int i = 0; i < 6; i++) {
            assertThat(length(ask("/large"))).isEqualTo(BODY.length);
        }
    }

    @Test
    void smallAnswers_needNoRoom() throws IOException {
        ask("/large");
        ask("/large");
        assertThat(length(ask("/small"))).isEqualTo(10);
    }

    /** Asks and waits for the first byte. */
    private Socket ask(String path) throws IOException {
        var reader = new Socket();
        readers.add(reader);
        reader.setReceiveBufferSize(64 * 1024);
        reader.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.port()));
        reader.getOutputStream().write(("GET " + path + " HTTP/1.0\r\n\r\n").getBytes(US_ASCII));
        assertThat(reader.getInputStream().read()).isEqualTo('H');
        return reader;
    }

    /** How long the body is that arrives. */
    private static long length(Socket reader) throws IOException {
        InputStream in = reader.getInputStream();
        var end = new StringBuilder();
        while (!end.toString().endsWith("\r\n\r\n")) {
            end.append((char) in.read());
        }
        try {
            return in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            return -1; // the connection was reset
        }
    }
}
