/** Small HTTP servers of the pipeline: loopback by default, trace ids on every answer, errors as problem JSON. */
@NullMarked
package io.throughline.serve;

import org.jspecify.annotations.NullMarked;
