package io.throughline.local;

import io.throughline.serve.HttpEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.regex.Pattern;

/** The ports that {@code up} is about to take. Stateless. */
final class Ports {

    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127\\.0\\.0\\.1):(\\d{1,5})");

    private Ports() {}

    /** The port of our own broker, or throws {@link CommandFailure} for an address where it cannot be. */
    static int ofBroker(String bootstrapServers) {
        var matcher = LOOPBACK.matcher(bootstrapServers.strip());
        int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
        if (port < 1 || port > 65_535) {
            throw new CommandFailure("THROUGHLINE_BOOTSTRAP_SERVERS is " + bootstrapServers
                    + ", but up starts a broker of its own: unset it, or set it to localhost:PORT");
        }
        return port;
    }

    /** Whether somebody could listen there now. */
    static boolean isFree(String bind, int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(bind, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Throws {@link CommandFailure} when nobody can listen there, or somebody does; 0 stands for any free port. */
    static void requireFree(String bind, int port, String variable) {
        var address = new InetSocketAddress(bind, port);
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (IOException e) {
            if (!HttpEndpoint.isOfThisMachine(address.getAddress()) || address.isUnresolved()) {
                throw new CommandFailure("THROUGHLINE_BIND is " + bind + ", which is "
                        + (address.isUnresolved() ? "not a known host" : "no address of this machine")
                        + ": set it to such as 127.0.0.1 or 0.0.0.0", e);
            }
            throw new CommandFailure(
                    "port " + port + " is taken: stop the program that uses it or set " + variable, e);
        }
    }
}
