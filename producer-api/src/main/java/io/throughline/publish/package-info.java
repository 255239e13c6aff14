/** How events and log lines reach Kafka: settings, records, and a publisher that never blocks its caller. */
@NullMarked
package io.throughline.publish;

import org.jspecify.annotations.NullMarked;
