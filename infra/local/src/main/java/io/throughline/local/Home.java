package io.throughline.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The repository that the launcher stands in. Immutable.
 *
 * @param root its top directory
 */
public record Home(Path root) {

    private static final String TOPICS = "infra/topics.yaml";

    /**
     * The directory that the system property {@code throughline.home} names, else the nearest one upwards from the
     * working directory.
     *
     * @throws IllegalStateException when there is none
     */
    public static Home find() {
        String told = System.getProperty("throughline.home");
        return new Home(told == null ? upwards(Path.of("").toAbsolutePath()) : Path.of(told).toAbsolutePath());
    }

    /** The one source of topics. */
    public Path topicsFile() {
        return root.resolve(TOPICS);
    }

    /** What people read when an alert fires; Prometheus serves it. */
    Path runbooks() {
        return root.resolve("infra/runbooks");
    }

    /** Where the launcher unpacks the programs of others. */
    List<Path> toolFolders() {
        return List.of(root.resolve(".tools/prometheus/usr/bin"), root.resolve(".tools/alertmanager/usr/bin"));
    }

    /** Where {@code up} keeps everything unless told otherwise. */
    public Path dataDirectory() {
        return root.resolve("data");
    }

    /**
     * The class path of the broker, which is none of ours.
     *
     * @throws IllegalStateException when the broker was not built
     */
    public String brokerClassPath() {
        Path target = root.resolve("infra/broker/target");
        Path jar = target.resolve("throughline-broker.jar");
        if (!Files.isReadable(jar)) {
            throw new IllegalStateException("the broker is not built: " + jar + " cannot be read");
        }
        return jar + ":" + target.resolve("lib") + "/*";
    }

    private static Path upwards(@Nullable Path from) {
        for (Path directory = from; directory != null; directory = directory.getParent()) {
            if (Files.exists(directory.resolve(TOPICS))) {
                return directory;
            }
        }
        throw new IllegalStateException("no " + TOPICS + " in " + from + " or above; set -Dthroughline.home");
    }
}
