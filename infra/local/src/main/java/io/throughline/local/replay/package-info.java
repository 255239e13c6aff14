/** The commands under {@code replay}: investigation over the topics, without touching production offsets or numbers. */
@NullMarked
package io.throughline.local.replay;

import org.jspecify.annotations.NullMarked;
