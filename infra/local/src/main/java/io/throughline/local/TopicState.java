package io.throughline.local;

import java.util.List;

/**
 * What was found or done about one topic.
 *
 * @param name with its prefix
 * @param partitions how many it has
 * @param replicas how many copies it has
 * @param created whether it was missing
 * @param differences each setting that is not as it should be, and what to do about it
 */
record TopicState(String name, int partitions, int replicas, boolean created, List<String> differences) {

    TopicState {
        differences = List.copyOf(differences);
    }

    boolean asWanted() {
        return differences.isEmpty();
    }

    String word() {
        return created ? "created" : asWanted() ? "ok" : "differs";
    }
}
