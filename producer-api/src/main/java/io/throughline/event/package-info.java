/** What happened: the events and log lines of the platform, and the one codec that turns them into JSON and back. */
@NullMarked
package io.throughline.event;

import org.jspecify.annotations.NullMarked;
