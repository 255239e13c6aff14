/** The HTTP edge of a service: ids in and out, the context of a request, and the event that it was answered. */
@NullMarked
package io.throughline.http;

import org.jspecify.annotations.NullMarked;
