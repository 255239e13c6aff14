package io.throughline.local;

import io.throughline.expose.Aggregator;
import io.throughline.expose.AggregatorConfig;
import io.throughline.logs.Shipper;
import io.throughline.logs.ShipperConfig;
import java.util.List;

/** The servers that {@code up} runs. Stateless. */
final class Parts {

    private Parts() {}

    /** In the order in which they start; they stop in the opposite one. */
    static List<Part> all() {
        return List.of(shipper(), aggregator());
    }

    private static Part aggregator() {
        return new Part("aggregator", "THROUGHLINE_AGGREGATOR_PORT", 8000, "metrics http://localhost:%d/metrics",
                settings -> {
                    var config = AggregatorConfig.from(settings);
                    return onFatal -> {
                        var server = Aggregator.start(config, onFatal);
                        return new Part.Running(server.port(), server::health, server);
                    };
                });
    }

    private static Part shipper() {
        return new Part("shipper", "THROUGHLINE_SHIPPER_PORT", 8001, "logs http://localhost:%d/", settings -> {
            var config = ShipperConfig.from(settings);
            return onFatal -> {
                var server = Shipper.start(config, onFatal);
                return new Part.Running(server.port(), server::health, server);
            };
        });
    }
}
