/** What was committed, shown to Prometheus: each series by one owner, whole or not at all. */
@NullMarked
package io.throughline.expose;

import org.jspecify.annotations.NullMarked;
