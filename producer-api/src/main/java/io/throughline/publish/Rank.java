package io.throughline.publish;

import io.throughline.event.LogLevel;

/** How important a record is, in rising order: what ranks lower is given up first. */
enum Rank {
    DEBUG(0.5), INFO(0.7), WARNING(0.8), ERROR(0.9), CRITICAL(0.95), EVENT(1);

    private final double shareOfDisk;

    Rank(double shareOfDisk) {
        this.shareOfDisk = shareOfDisk;
    }

    static Rank of(LogLevel level) {
        return switch (level) {
            case DEBUG -> DEBUG;
            case INFO -> INFO;
            case WARNING -> WARNING;
            case ERROR -> ERROR;
            case CRITICAL -> CRITICAL;
        };
    }

    /** Place in the order. */
    @SuppressWarnings("EnumOrdinal")
    int index() {
        return ordinal();
    }

    /** How full the disk may become with such a record; what is above is kept for more important ones. */
    double shareOfDisk() {
        return shareOfDisk;
    }
}
