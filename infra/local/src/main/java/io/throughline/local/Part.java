package io.throughline.local;

import io.throughline.publish.Settings;
import io.throughline.serve.Health;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One server of the pipeline, as {@code up} sees it.
 *
 * @param name for people
 * @param portVariable the setting that moves its port
 * @param defaultPort where it listens without that setting
 * @param offer what the ready line says of it; {@code %d} is the port
 * @param configure reads its settings, before anything is started
 */
record Part(String name, String portVariable, int defaultPort, String offer, Function<Settings, Start> configure) {

    /** Starts the server; the consumer is told, once, why it cannot go on. */
    @FunctionalInterface
    interface Start {
        Running start(Consumer<String> onFatal) throws Exception;
    }

    /**
     * A server that runs.
     *
     * @param port where it listens
     * @param health its state at this instant
     * @param server stops it
     */
    record Running(int port, Supplier<Health> health, AutoCloseable server) {}
}
