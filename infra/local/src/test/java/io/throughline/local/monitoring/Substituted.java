package io.throughline.local.monitoring;

/** An expression as Grafana sends it, with everything selected. Stateless. */
final class Substituted {

    private Substituted() {}

    static String of(String expression) {
        return expression.replace("$__rate_interval", "30s").replace("$__range", "10m").replaceAll("\\$[a-z_]+", ".*");
    }
}
