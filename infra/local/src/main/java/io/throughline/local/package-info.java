/** The launcher's commands: one class a command, each a thin shell over Kafka or the HTTP interfaces. */
@NullMarked
package io.throughline.local;

import org.jspecify.annotations.NullMarked;
