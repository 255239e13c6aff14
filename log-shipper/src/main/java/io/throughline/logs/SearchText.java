package io.throughline.logs;

/**
 * What {@code q} asks for.
 *
 * @param source as it was written
 * @param tree as it was understood
 */
record SearchText(String source, TextQuery tree) {}
