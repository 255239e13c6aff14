/** The proof that counters are exact: an oracle with code of its own, seeded faults, and a scraper that never looks away. */
@NullMarked
package io.throughline.local.exact;

import org.jspecify.annotations.NullMarked;
