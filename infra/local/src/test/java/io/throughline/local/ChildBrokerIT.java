package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildBrokerIT {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final TopicPartition LOGS = new TopicPartition("t.logs", 0);

    @TempDir
    private Path directory;

    @Test
    void record_survivesAStopAndARestart() throws Exception {
        try (var broker = start()) {
            publish(broker, "kept");
            assertThat(broker.stop()).isTrue();
        }
        try (var broker = start()) {
            assertThat(read(broker)).containsExactly("kept");
        }
    }

    @Test
    void acknowledgedRecord_survivesAKill() throws Exception {
        try (var broker = start()) {
            publish(broker, "acknowledged");
            broker.kill();
        }
        try (var broker = start()) {
            assertThat(read(broker)).containsExactly("acknowledged");
        }
    }

    @Test
    void killedParent_leavesNoBroker() throws Exception {
        try (var parent = ChildJvm.start(directory, Map.of(), BrokerParent.class, directory.resolve("b").toString())) {
            long pid = Long.parseLong(String.valueOf(parent.line()));
            assertThat(isAlive(pid)).isTrue();
            parent.kill();
            await().atMost(Duration.ofSeconds(10)).until(() -> !isAlive(pid));
        }
    }

    @Test
    void takenPort_isOneLineThatNamesIt() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> ChildBroker.start(Home.find(), directory, port, PATIENCE))
                    .hasMessage("port " + port + " is taken: stop the program that uses it or take another port");
        }
    }

    @Test
    void directoryInUse_isOneLineThatNamesIt() throws Exception {
        try (var broker = start()) {
            assertThatThrownBy(this::start).hasMessage("directory " + directory + " is in use by another broker");
            assertThat(broker.died()).isNotDone();
        }
    }

    @Test
    void fileInsteadOfADirectory_isOneLineThatNamesIt() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> ChildBroker.start(Home.find(), file, 0, PATIENCE))
                .hasMessageContaining(file.toString()).message().hasLineCount(1);
    }

    @Test
    void brokerThatIsKilledByOthers_saysSo() throws Exception {
        try (var broker = start()) {
            ProcessHandle.of(broker.pid()).orElseThrow().destroyForcibly();
            assertThat(broker.died().get(10, TimeUnit.SECONDS)).isEqualTo("the broker ended with exit code 137");
        }
    }

    @Test
    void broker_writesOnlyBelowItsDirectory() throws Exception {
        try (var broker = start()) {
            publish(broker, "x");
        }
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder("broker.lock",
                    "broker.log", "kafka", "tmp");
        }
    }

    private ChildBroker start() throws InterruptedException {
        return ChildBroker.start(Home.find(), directory, 0, PATIENCE);
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static void publish(ChildBroker broker, String value) throws Exception {
        try (var topics = Topics.at(Map.of("bootstrap.servers", broker.bootstrapServers()), "t.")) {
            topics.ensure(List.of(new TopicSpec("logs", 1, (short) 1, Map.of())), 1);
        }
        Map<String, Object> properties = Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all");
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(LOGS.topic(), "key", value)).get(30, TimeUnit.SECONDS);
        }
    }

    private static List<String> read(ChildBroker broker) {
        Map<String, Object> properties = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (var consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(LOGS));
            consumer.seekToBeginning(List.of(LOGS));
            return consumer.poll(Duration.ofSeconds(20)).records(LOGS).stream().map(record -> record.value()).toList();
        }
    }
}
