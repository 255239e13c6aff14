package io.throughline.serve;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The state of a server: healthy when every check is.
 *
 * @param checks each part and why it is as it is
 */
public record Health(List<Check> checks) {

    /**
     * One part of a server.
     *
     * @param name such as {@code streams}
     * @param healthy whether it does what it should
     * @param detail why, in a sentence
     */
    public record Check(String name, boolean healthy, String detail) {}

    /** Keeps a copy of {@code checks}. */
    public Health {
        checks = List.copyOf(checks);
    }

    /** Whether every check is healthy. */
    public boolean healthy() {
        return checks.stream().allMatch(Check::healthy);
    }

    Map<String, Object> toJson() {
        Map<String, Object> parts = new LinkedHashMap<>();
        for (Check check : checks) {
            Map<String, Object> part = new LinkedHashMap<>();
            part.put("status", status(check.healthy()));
            part.put("detail", check.detail());
            parts.put(check.name(), part);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("status", status(healthy()));
        json.put("checks", parts);
        return json;
    }

    private static String status(boolean healthy) {
        return healthy ? "ok" : "unavailable";
    }
}
