/** Capsules as fixtures of JUnit tests; needs {@code junit-jupiter-api} on the class path of the tests. */
@NullMarked
package io.throughline.replay.junit;

import org.jspecify.annotations.NullMarked;
