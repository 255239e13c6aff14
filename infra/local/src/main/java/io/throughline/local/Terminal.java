package io.throughline.local;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/**
 * Where a command reads and writes.
 *
 * @param in what is piped into the command
 * @param out results, in UTF-8
 * @param err everything that is not a result, in UTF-8
 * @param colour whether results may carry ANSI colours
 * @param width columns that a line of results may take
 * @param progress whether somebody watches {@code err}
 */
public record Terminal(InputStream in, PrintStream out, PrintStream err, boolean colour, int width, boolean progress) {

    private static final int BUFFER = 64 * 1024;
    private static final int USUAL_WIDTH = 120;
    private static final int NARROWEST = 60;

    /** The terminal of this process. */
    public static Terminal system() {
        var out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER),
                false, StandardCharsets.UTF_8);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        return new Terminal(System.in, out, err, Ansi.AUTO.enabled(), columns(), isTerminal(2));
    }

    /** Whether results go to a terminal rather than into a file or a pipe. */
    public static boolean resultsAreWatched() {
        return isTerminal(1);
    }

    /** Whether nobody reads the results any more, as behind {@code | head -1}. */
    public boolean closed() {
        return out.checkError();
    }

    private static int columns() {
        int told = number(System.getenv("COLUMNS"));
        int columns = told > 0 ? told : askedColumns();
        return columns > 0 ? Math.max(NARROWEST, columns) : USUAL_WIDTH;
    }

    /** Java cannot tell: {@code System.console()} answers for stdin and stdout together, and never for stderr. */
    private static boolean isTerminal(int descriptor) {
        return run(new ProcessBuilder("test", "-t", Integer.toString(descriptor)).inheritIO()) != null;
    }

    private static int askedColumns() {
        if (!isTerminal(1)) {
            return 0;
        }
        var stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty"));
        String answer = run(stty);
        return answer == null ? 0 : number(answer.strip().replaceAll(".* ", ""));
    }

    private static @Nullable String run(ProcessBuilder command) {
        try {
            Process process = command.start();
            if (!process.waitFor(1, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return null;
            }
            return process.exitValue() == 0
                    ? new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    : null;
        } catch (IOException e) {
            return null; // no such program: no terminal that we know of
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static int number(@Nullable String text) {
        return text != null && text.matches("\\d{1,4}") ? Integer.parseInt(text) : 0;
    }
}
