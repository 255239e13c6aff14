package io.throughline.local.replay;

import io.throughline.replay.Capsule;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --from-capsule}. */
final class CapsuleOptions {

    @Option(names = "--from-capsule", paramLabel = "FILE", //
            description = "reads this capsule; neither a broker nor a store is asked")
    private @Nullable Path file;

    /** The capsule; null when none is named. {@link IllegalArgumentException} when it is of other topic names. */
    @Nullable
    Capsule capsule(Desk desk) throws IOException {
        Path named = file;
        if (named == null) {
            return null;
        }
        try {
            Capsule capsule = Capsule.read(named);
            String prefix = capsule.manifest().topicPrefix();
            if (!prefix.equals(desk.settings().topicPrefix())) {
                throw new IllegalArgumentException("the topics of " + named + " begin with \"" + prefix
                        + "\": set THROUGHLINE_TOPIC_PREFIX=" + prefix);
            }
            return capsule;
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("--from-capsule " + named + ": there is no such file", e);
        }
    }
}
