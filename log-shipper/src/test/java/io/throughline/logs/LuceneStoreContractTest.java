package io.throughline.logs;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LuceneStoreContractTest implements StoreContract {

    @TempDir
    private Path dir;

    @Override
    public LogStore open() throws IOException {
        return Samples.store(dir);
    }
}
