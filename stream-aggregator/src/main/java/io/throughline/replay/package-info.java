/** Reads the topics again: shows records, recomputes numbers by the live rules, and audits what live committed. */
@NullMarked
package io.throughline.replay;

import org.jspecify.annotations.NullMarked;
