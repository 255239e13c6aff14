package io.throughline.local;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Starts a program that would run for ten minutes, and waits to be killed. */
final class ProgramParent {

    private ProgramParent() {}

    public static void main(String[] log) throws InterruptedException {
        ChildProgram.start(List.of("sleep", "601"), Path.of(log[0]));
        System.out.println("started");
        new CountDownLatch(1).await();
    }
}
