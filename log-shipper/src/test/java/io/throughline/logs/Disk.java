package io.throughline.logs;

import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.FilterIndexOutput;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/** A disk that can be full for a while, or die at the sync that a test chooses; hand a store's directories through. */
final class Disk implements UnaryOperator<Directory> {

    volatile boolean full;
    /** How many bytes each new file may have. */
    volatile long room = Long.MAX_VALUE;
    /** How many more syncs succeed. */
    final AtomicInteger syncsLeft = new AtomicInteger(Integer.MAX_VALUE);

    @Override
    public Directory apply(Directory directory) {
        return new FilterDirectory(directory) {

            @Override
            public IndexOutput createOutput(String name, IOContext context) throws IOException {
                check();
                return new Bounded(super.createOutput(name, context));
            }

            @Override
            public IndexOutput createTempOutput(String prefix, String suffix, IOContext context) throws IOException {
                check();
                return new Bounded(super.createTempOutput(prefix, suffix, context));
            }

            @Override
            public void sync(Collection<String> names) throws IOException {
                check();
                if (syncsLeft.getAndDecrement() <= 0) {
                    throw new IOException("the disk died");
                }
                super.sync(names);
            }
        };
    }

    private void check() throws IOException {
        if (full) {
            throw new IOException("No space left on device");
        }
    }

    private final class Bounded extends FilterIndexOutput {

        private Bounded(IndexOutput out) {
            super("bounded " + out, out.getName(), out);
        }

        @Override
        public void writeByte(byte b) throws IOException {
            check(1);
            super.writeByte(b);
        }

        @Override
        public void writeBytes(byte[] bytes, int offset, int length) throws IOException {
            check(length);
            super.writeBytes(bytes, offset, length);
        }

        private void check(int length) throws IOException {
            if (getFilePointer() + length > room) {
                throw new IOException("No space left on device");
            }
        }
    }
}
