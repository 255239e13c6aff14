/** Logback: an appender that publishes log lines, and an encoder that writes the same JSON to console or file. */
@NullMarked
package io.throughline.logback;

import org.jspecify.annotations.NullMarked;
