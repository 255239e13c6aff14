package io.throughline.logs;

/**
 * A committed record on its way to those who follow.
 *
 * @param number counts the records that were committed since the shipper started, from 1
 * @param entry the record
 */
record TailRecord(long number, Entry entry) {

    /** About how much memory it takes. */
    int size() {
        return size(entry);
    }

    /** About how much memory a record takes. */
    static int size(Entry entry) {
        return entry.json().length() + 200;
    }
}
