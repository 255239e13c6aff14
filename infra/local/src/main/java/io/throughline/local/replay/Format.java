package io.throughline.local.replay;

/** How {@code replay metrics} writes numbers. */
enum Format {
    /** For people, with sparklines. */
    table,
    /** One JSON document a metric and line, as {@code /api/v1/windows} has it. */
    json,
    /** One line a series and window. */
    csv,
    /** Cumulative values with timestamps, for {@code promtool tsdb create-blocks-from openmetrics}. */
    openmetrics,
    /** A chart. */
    png
}
