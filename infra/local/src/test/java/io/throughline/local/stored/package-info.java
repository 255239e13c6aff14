/** Proofs that the log store keeps each record exactly once, with shippers in processes of their own. */
package io.throughline.local.stored;
