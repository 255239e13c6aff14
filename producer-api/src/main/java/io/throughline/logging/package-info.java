/** What log appenders and encoders of all frameworks share: a line as the contract has it, and where it goes. */
@NullMarked
package io.throughline.logging;

import org.jspecify.annotations.NullMarked;
