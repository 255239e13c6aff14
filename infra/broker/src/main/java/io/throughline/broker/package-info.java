/** A real Apache Kafka broker as a child process: own class path, own directory, gone when its parent is. */
@NullMarked
package io.throughline.broker;

import org.jspecify.annotations.NullMarked;
