package io.throughline.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A running broker and the directory it holds. */
final class Broker implements AutoCloseable {

    private final BrokerDirectory directory;
    private final KafkaRaftServer server;

    private Broker(BrokerDirectory directory, KafkaRaftServer server) {
        this.directory = directory;
        this.server = server;
    }

    /** Returns when the broker can acknowledge records. */
    static Broker start(Path path, int port) throws Exception {
        var directory = BrokerDirectory.open(path);
        requireFree(port);
        format(directory.kafka());
        var properties = BrokerProperties.of(directory.kafka(), port, freePort());
        var server = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server.startup();
        return new Broker(directory, server);
    }

    /** Stops cleanly: the next start has no log to recover. */
    @Override
    public void close() throws IOException {
        server.shutdown();
        server.awaitShutdown();
        directory.close();
    }

    /** Kafka writes meta.properties last, so a format that was cut short is done again. */
    private static void format(Path logDirectory) throws Exception {
        if (Files.exists(logDirectory.resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(logDirectory);
        try (var silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter().setClusterId(Uuid.randomUuid().toString()).setNodeId(BrokerProperties.NODE_ID)
                    .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
                    .setMetadataLogDirectory(logDirectory.toString()).addDirectory(logDirectory.toString())
                    .setReleaseVersion(MetadataVersion.latestProduction()).setPrintStream(silent).run();
        }
    }

    private static void requireFree(int port) throws BrokerFailure {
        try {
            bind(port).close();
        } catch (IOException e) {
            throw BrokerFailure.portTaken(port);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = bind(0)) {
            return socket.getLocalPort();
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        var socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
