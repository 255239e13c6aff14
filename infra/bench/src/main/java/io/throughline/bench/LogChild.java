package io.throughline.bench;

import java.nio.file.Files;
import java.nio.file.Path;

/** The measured process: stores, or finds, in a JVM with a shipper's heap, and prints what it took as JSON. */
final class LogChild {

    private LogChild() {}

    /** Arguments: {@code store}, a directory, the number of lines; or {@code find}, a directory, a file of trace ids. */
    public static void main(String[] args) {
        Child.endWithParent();
        try {
            var contender = new StoreContender(Path.of(args[1]), null);
            Object took = args[0].equals("store")
                    ? contender.store(Integer.parseInt(args[2]))
                    : contender.find(Files.readAllLines(Path.of(args[2])));
            System.out.println(Json.MAPPER.writeValueAsString(took));
            System.exit(0);
        } catch (Exception e) {
            e.printStackTrace();
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }
}
