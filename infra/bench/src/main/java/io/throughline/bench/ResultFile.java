package io.throughline.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the figures go, beside standard output. */
final class ResultFile {

    @Option(names = "--json", paramLabel = "FILE", description = "writes the same figures as JSON")
    private @Nullable Path json;

    /** Better told before minutes of measuring than after. */
    void check() {
        if (json != null) {
            Path parent = json.toAbsolutePath().getParent();
            if (Files.isDirectory(json) || parent == null || !Files.isWritable(parent)) {
                throw new IllegalStateException(
                        "--json " + json + " cannot be written: name a file in a directory that "
                                + "exists and that you may write to");
            }
        }
    }

    /** Writes the result where that was asked for. */
    void write(Object result) throws IOException {
        if (json != null) {
            Files.writeString(json, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(result) + '\n');
        }
    }
}
