/** Log4j 2: an appender that publishes log lines, and a layout that writes the same JSON to console or file. */
@NullMarked
package io.throughline.log4j;

import org.jspecify.annotations.NullMarked;
