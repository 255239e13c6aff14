package io.throughline.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * What this JVM has used, or used between two readings.
 *
 * @param events events handled
 * @param wallNanos time that passed
 * @param cpuNanos CPU time of all threads, those of the compiler and the garbage collector included
 * @param allocatedBytes heap memory allocated by all threads, ended ones included
 * @param collections garbage collections
 */
record Reading(long events, long wallNanos, long cpuNanos, long allocatedBytes, long collections) {

    private static final OperatingSystemMXBean PROCESS = ManagementFactory
            .getPlatformMXBean(OperatingSystemMXBean.class);
    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    static Reading at(long events) {
        return new Reading(events, System.nanoTime(), PROCESS.getProcessCpuTime(),
                THREADS.getTotalThreadAllocatedBytes(), ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .mapToLong(GarbageCollectorMXBean::getCollectionCount).sum());
    }

    Reading since(Reading earlier) {
        return new Reading(events - earlier.events, wallNanos - earlier.wallNanos, cpuNanos - earlier.cpuNanos,
                allocatedBytes - earlier.allocatedBytes, collections - earlier.collections);
    }
}
