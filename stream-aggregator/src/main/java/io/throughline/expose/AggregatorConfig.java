package io.throughline.expose;

import io.throughline.aggregate.CombineConfig;
import io.throughline.publish.Settings;
import java.time.Duration;

/**
 * The configuration of an aggregator process.
 *
 * @param combine the half that counts
 * @param bind the address to listen on
 * @param port the port of {@code /metrics}; 0 takes a free one
 * @param bornAtZero how long a new series is shown at zero before its first value
 * @param idle after how long without a change a series is hidden; zero for never
 * @param nativeHistograms whether native histograms stand beside the classic ones
 */
public record AggregatorConfig(CombineConfig combine, String bind, int port, Duration bornAtZero, Duration idle,
        boolean nativeHistograms) {

    /** Reads the configuration; errors name the key and the value. */
    public static AggregatorConfig from(Settings settings) {
        return new AggregatorConfig(CombineConfig.from(settings), settings.bind(),
                settings.integer("THROUGHLINE_AGGREGATOR_PORT", 8000, 0, 65535),
                settings.duration("THROUGHLINE_BORN_AT_ZERO", Duration.ofSeconds(30)),
                settings.duration("THROUGHLINE_IDLE_SERIES", Duration.ofDays(7)),
                settings.flag("THROUGHLINE_NATIVE_HISTOGRAMS", false));
    }
}
