/** Events to numbers: pure rules, mergeable cells, and the topology that commits them with the input offsets. */
@NullMarked
package io.throughline.aggregate;

import org.jspecify.annotations.NullMarked;
