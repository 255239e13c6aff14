/** Dashboards, alert rules and manifests, against the catalogue and the programs that read them. */
@NullMarked
package io.throughline.local.monitoring;

import org.jspecify.annotations.NullMarked;
