/** The accounting of a publisher as Prometheus metrics; needs {@code prometheus-metrics-model} on the class path. */
@NullMarked
package io.throughline.publish.prometheus;

import org.jspecify.annotations.NullMarked;
