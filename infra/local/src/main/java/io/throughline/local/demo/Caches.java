package io.throughline.local.demo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How many entries the cache of each instance of a service holds. Not thread-safe. */
final class Caches {

    private static final long CAPACITY = 5_000;
    private static final long EVICTED = 500;
    /** The cache of each service that has one. */
    private static final Map<String, String> NAMES = names();

    private final Map<Holder, Long> entries = new LinkedHashMap<>();

    /**
     * A cache in one process.
     *
     * @param cache its name
     * @param service the service
     * @param instance the process
     */
    record Holder(String cache, String service, String instance) {}

    Caches(Draw draw) {
        NAMES.forEach((service, cache) -> Platform.instances(service)
                .forEach(instance -> entries.put(new Holder(cache, service, instance),
                        (long) draw.between(150, 900))));
    }

    /** The name of a service's cache. */
    static String of(String service) {
        return NAMES.getOrDefault(service, "responses");
    }

    List<Holder> holders() {
        return List.copyOf(entries.keySet());
    }

    long size(Holder holder) {
        return entries.getOrDefault(holder, 0L);
    }

    /** What was missed is kept from now on; a full cache throws some entries away first. */
    void add(String service, String instance) {
        entries.computeIfPresent(new Holder(of(service), service, instance),
                (holder, size) -> (size >= CAPACITY ? size - EVICTED : size) + 1);
    }

    private static Map<String, String> names() {
        Map<String, String> names = new LinkedHashMap<>();
        names.put("script-writer", "prompts");
        names.put("image-generator", "images");
        names.put("video-renderer", "renders");
        return names;
    }
}
