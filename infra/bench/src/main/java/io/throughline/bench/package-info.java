/** Measures the pipeline's parts against named baselines, in one run on one machine. */
@NullMarked
package io.throughline.bench;

import org.jspecify.annotations.NullMarked;
