package io.throughline.http;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Paths as routes: {@code /jobs/17} is {@code /jobs/{id}}. However many paths are asked for, at most 200 routes that
 * were not declared come out; then it is {@code other}. Thread-safe.
 */
public final class Routes {

    private static final int MOST_SEEN = 200;
    private static final int MOST_SEGMENTS = 12;
    private static final int LONGEST_SEGMENT = 32;
    private static final String VARIABLE = "{id}";
    private static final String OTHER = "other";
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
            "TRACE", "CONNECT");
    /** Words of a few letters, and versions such as v1, are names; all else may be a value. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z._~-]*|v[0-9]{1,3}");

    private final List<List<String>> declared;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private Routes(List<List<String>> declared) {
        this.declared = declared;
    }

    /** Routes with variables in braces, such as {@code /jobs/{job_id}}; the first that matches is taken. */
    public static Routes declared(String... templates) {
        return new Routes(List.of(templates).stream().map(Routes::segments).toList());
    }

    /** The route of a path, without its query. */
    public String routeOf(String path) {
        List<String> segments = segments(path);
        for (List<String> template : declared) {
            if (matches(template, segments)) {
                return String.join("/", template);
            }
        }
        return bounded(guess(segments));
    }

    /** A route that a framework names, within the same bound. */
    public String named(String route) {
        return bounded(route.isBlank() ? "/" : route);
    }

    /** An HTTP method of the standard, or {@code OTHER}: anybody can send any word. */
    static String method(String method) {
        return METHODS.contains(method) ? method : "OTHER";
    }

    private String bounded(String route) {
        if (seen.contains(route)) {
            return route;
        }
        synchronized (seen) {
            boolean known = seen.contains(route) || (seen.size() < MOST_SEEN && seen.add(route));
            return known ? route : OTHER;
        }
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }

    private static boolean matches(List<String> template, List<String> segments) {
        if (template.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < template.size(); i++) {
            String part = template.get(i);
            boolean variable = part.startsWith("{") && part.endsWith("}");
            if (!variable && !part.equals(segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static String guess(List<String> segments) {
        if (segments.size() > MOST_SEGMENTS) {
            return OTHER;
        }
        return String.join("/", segments.stream().map(segment -> segment.length() <= LONGEST_SEGMENT
                && NAME.matcher(segment).matches() ? segment : VARIABLE).toList());
    }
}
