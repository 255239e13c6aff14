package io.throughline.local.demo;

import java.util.Locale;

/** Stack traces as the platform's services, written in Python, would log them. */
final class StackTraces {

    private StackTraces() {}

    static String of(String service, String exception, String message) {
        String module = service.replace('-', '_').toLowerCase(Locale.ROOT);
        return """
                Traceback (most recent call last):
                  File "/app/%1$s/worker.py", line 118, in run
                    result = await self.execute(job)
                  File "/app/%1$s/pipeline.py", line 64, in execute
                    return await step(job, context)
                %1$s.errors.%2$s: %3$s""".formatted(module, exception, message);
    }
}
