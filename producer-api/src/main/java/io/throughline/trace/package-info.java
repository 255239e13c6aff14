/** Whose work an event or log line belongs to: the trace context and how it travels in Kafka headers. */
@NullMarked
package io.throughline.trace;

import org.jspecify.annotations.NullMarked;
