package io.throughline.local;

import java.nio.file.Path;
import java.util.logging.LogManager;

/** Where this process logs to. Stateless. */
final class LogFile {

    private LogFile() {}

    /** Logs to a file from now on; only before the first logger of the process is made, which reads this once. */
    static void use(Path file) {
        // Lucene logs through the JDK, whose only idea of a place is the terminal.
        LogManager.getLogManager().reset();
        System.setProperty("throughline.log", file.toString());
        System.setProperty("logback.configurationFile", "logback-up.xml");
    }
}
