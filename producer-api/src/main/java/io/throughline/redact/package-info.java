/** Keeps secrets in the process: what is replaced in events and log lines before they are encoded, and how often. */
@NullMarked
package io.throughline.redact;

import org.jspecify.annotations.NullMarked;
