package io.throughline.local.demo;

import java.util.List;
import java.util.stream.IntStream;

/** The services of "Creative AI Shorts" and who uses them. */
final class Platform {

    static final String GATEWAY = "gateway";
    static final String SCHEDULER = "batch-scheduler";
    static final List<String> SERVICES = List.of(GATEWAY, SCHEDULER, "script-writer", "image-generator",
            "video-renderer");
    static final List<String> USERS = IntStream.rangeClosed(1, 60).mapToObj("user_%04d"::formatted).toList();

    private static final int INSTANCES = 2;

    private Platform() {}

    /** The instances of a service. */
    static List<String> instances(String service) {
        return IntStream.rangeClosed(1, INSTANCES).mapToObj(i -> service + '-' + i).toList();
    }
}
