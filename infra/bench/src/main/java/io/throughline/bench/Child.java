package io.throughline.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The measured process: runs one variant, prints its {@link Sample} as one line of JSON, and ends. */
final class Child {

    private Child() {}

    /** Arguments: the variant, the brokers, events of the warm-up, events in all, an empty directory. */
    public static void main(String[] args) {
        endWithParent();
        try {
            var probe = new Probe(Long.parseLong(args[2]), Long.parseLong(args[3]));
            Map<String, Long> counted = Contender.valueOf(args[0]).variant().run(args[1], Path.of(args[4]), probe);
            System.out.println(Json.MAPPER.writeValueAsString(new Sample(probe.measured(), counted)));
            System.exit(0);
        } catch (Exception e) {
            e.printStackTrace();
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    /** Its standard input is a pipe that only the parent holds, so it ends with the parent, however that ends. */
    static void endWithParent() {
        Thread.ofPlatform().daemon().name("parent-watch").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // only the end counts
                }
            } catch (IOException e) {
                // a broken pipe is an end too
            }
            Runtime.getRuntime().halt(1);
        });
    }
}
