package io.throughline.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * Where a store lies: a directory with a file of positions and one directory for each day.
 *
 * @param root the directory
 * @param through what every Lucene directory is handed through; tests fill disks here
 */
record StoreFiles(Path root, UnaryOperator<Directory> through) {

    private static final String DAY = "day-";

    Directory open() throws IOException {
        return through.apply(FSDirectory.open(root));
    }

    Directory open(String day) throws IOException {
        return through.apply(FSDirectory.open(path(day)));
    }

    Path path(String day) {
        return root.resolve(DAY + day);
    }

    /** The days that have a directory. */
    List<String> days() throws IOException {
        try (Stream<Path> paths = Files.list(root)) {
            return paths.map(path -> path.getFileName().toString()).filter(name -> name.startsWith(DAY)).map(
                    name -> name.substring(DAY.length())).sorted().toList();
        }
    }

    /** Removes the directory of a day, which must be empty. */
    void remove(String day) throws IOException {
        try {
            Files.delete(path(day));
        } catch (NoSuchFileException e) {
            // never made, or gone already
        }
    }
}
