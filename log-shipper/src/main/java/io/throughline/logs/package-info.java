/** Log lines and events as they come from Kafka, stored exactly once and found again by trace, field and word. */
@NullMarked
package io.throughline.logs;

import org.jspecify.annotations.NullMarked;
