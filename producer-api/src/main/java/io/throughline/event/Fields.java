package io.throughline.event;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object. Null counts as absent; a required field that is absent, a value of another type
 * and one out of range are refused.
 */
interface Fields {

    String text(Field field) throws InvalidRecordException;

    @Nullable
    String optionalText(Field field) throws InvalidRecordException;

    Instant timestamp(Field field) throws InvalidRecordException;

    /** The double nearest to the number that is written. */
    double number(Field field) throws InvalidRecordException;

    @Nullable
    Double optionalNumber(Field field) throws InvalidRecordException;

    /** The number as it is written, trailing zeros included. */
    @Nullable
    BigDecimal optionalDecimal(Field field) throws InvalidRecordException;

    long count(Field field) throws InvalidRecordException;

    @Nullable
    Long optionalCount(Field field) throws InvalidRecordException;

    int integer(Field field) throws InvalidRecordException;

    @Nullable
    Integer optionalInteger(Field field) throws InvalidRecordException;

    /** One of a closed list, by its name on the wire. */
    <E> E oneOf(Field field, Words<E> words) throws InvalidRecordException;
}
