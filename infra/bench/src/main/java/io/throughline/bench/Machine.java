package io.throughline.bench;

/**
 * What the figures were measured on.
 *
 * @param cores processors that this JVM may use
 * @param jdk version and vendor
 * @param os name and architecture
 * @param flags of the measured JVMs
 */
record Machine(int cores, String jdk, String os, String flags) {

    static Machine here() {
        return new Machine(Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.runtime.version") + " " + System.getProperty("java.vendor"),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                String.join(" ", ChildProcess.FLAGS));
    }
}
