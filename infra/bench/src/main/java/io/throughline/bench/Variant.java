package io.throughline.bench;

import java.nio.file.Path;
import java.util.Map;

/** One way to read the events. */
interface Variant {

    /**
     * Reads every event from the beginning and tells {@code probe} how far it has come until that is done.
     *
     * @param bootstrapServers where the events are
     * @param scratch an empty directory of its own
     * @return what it counted, by the names of {@link Tally}
     */
    Map<String, Long> run(String bootstrapServers, Path scratch, Probe probe) throws Exception;
}
