package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {

    @Test
    void loopbackAddress_givesItsPort() {
        assertThat(Ports.ofBroker("localhost:9092")).isEqualTo(9092);
        assertThat(Ports.ofBroker("127.0.0.1:19092")).isEqualTo(19_092);
    }

    @Test
    void portThatIsTaken_isNamed() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> Ports.requireFree("127.0.0.1", taken.getLocalPort(), "THROUGHLINE_X"))
                    .isInstanceOf(CommandFailure.class).hasMessage("port " + taken.getLocalPort()
                            + " is taken: stop the program that uses it or set THROUGHLINE_X");
        }
    }

    @ParameterizedTest
    @CsvSource({"no.such.host.invalid,not a known host", "192.0.2.1,no address of this machine"})
    void addressWhereNobodyCanListen_isToldApart(String bind, String why) {
        assertThatThrownBy(() -> Ports.requireFree(bind, 0, "THROUGHLINE_X")).isInstanceOf(CommandFailure.class)
                .hasMessage("THROUGHLINE_BIND is " + bind + ", which is " + why
                        + ": set it to such as 127.0.0.1 or 0.0.0.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka.example:9092", "localhost", "localhost:0", "localhost:70000",
            "localhost:1,localhost:2"})
    void addressWhereOurBrokerCannotBe_isRefused(String servers) {
        assertThatThrownBy(() -> Ports.ofBroker(servers)).isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("THROUGHLINE_BOOTSTRAP_SERVERS is " + servers);
    }
}
