/** Believable traffic of a platform that makes short videos with language models, from a seeded model. */
@NullMarked
package io.throughline.local.demo;

import org.jspecify.annotations.NullMarked;
