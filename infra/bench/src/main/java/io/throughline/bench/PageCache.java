package io.throughline.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel keeps of files in memory. */
final class PageCache {

    private PageCache() {}

    /** Has it forget all files below a directory, which nobody may have open; without GNU dd it keeps them. */
    static void drop(Path directory) throws IOException, InterruptedException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(directory)) {
            files = found.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            // GNU dd with a count of 0 gives no bytes and the advice POSIX_FADV_DONTNEED for the whole file.
            Process dd = new ProcessBuilder("dd", "of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (dd.waitFor() != 0) {
                return;
            }
        }
    }
}
