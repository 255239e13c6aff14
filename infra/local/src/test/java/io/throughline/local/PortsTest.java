package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {

    @Test
    void loopbackAddress_givesItsPort() {
        assertThat(Ports.ofBroker("localhost:9092")).isEqualTo(9092);
        assertThat(Ports.ofBroker("127.0.0.1:19092")).isEqualTo(19_092);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kafka.example:9092", "localhost", "localhost:0", "localhost:70000",
            "localhost:1,localhost:2"})
    void addressWhereOurBrokerCannotBe_isRefused(String servers) {
        assertThatThrownBy(() -> Ports.ofBroker(servers)).isInstanceOf(CommandFailure.class)
                .hasMessageStartingWith("THROUGHLINE_BOOTSTRAP_SERVERS is " + servers);
    }
}
