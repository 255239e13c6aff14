package io.throughline.replay;

import io.throughline.aggregate.Metric;

/** What the amounts of a metric are. */
public enum Unit {
    /** US dollars. */
    USD("usd"),
    /** Seconds. */
    SECONDS("seconds"),
    /** Tokens of language models. */
    TOKENS("tokens"),
    /** A number of things. */
    ONE("1");

    private final String text;

    Unit(String text) {
        this.text = text;
    }

    /** By the metric's name, which says its unit as the conventions of Prometheus ask for. */
    public static Unit of(Metric metric) {
        String name = metric.metricName();
        if (name.contains("_usd")) {
            return USD;
        }
        if (name.endsWith("_seconds")) {
            return SECONDS;
        }
        return name.contains("tokens") ? TOKENS : ONE;
    }

    /** As {@code /api/v1/windows} tells it. */
    public String text() {
        return text;
    }
}
