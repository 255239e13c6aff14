package io.throughline.aggregate;

/**
 * What one cell counts.
 *
 * @param series the series it belongs to
 * @param part for gauges that are put together from parts, the part (a user, one instance's cache); else empty
 */
public record CellKey(Series series, String part) {}
