package io.throughline.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * RFC 3339 times in UTC, as most programs write them: {@code 2026-01-28T15:30:00.125Z}, with up to nine decimals or
 * none, and {@code Z} or {@code +00:00}.
 *
 * <p>One that follows another is mostly of the same minute, whose date is not reckoned again. Not safe to share between
 * threads.
 */
final class UtcTime {

    private static final int DATE_AND_TIME = "2026-01-28T15:30:00".length();
    private static final int NANO_DIGITS = 9;
    private static final int[] DAYS_BEFORE_MONTH = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    /** From year 0 to 1970. */
    private static final long DAYS_BEFORE_EPOCH = 719_528;

    /** The first sixteen characters of the newest time, as {@link Ascii#word} has them, and the second they begin. */
    private long date;
    private long hourAndMinute;
    private long minuteStart;

    /** The time that stands in {@code text} from {@code start} until before {@code end}; null for any other form. */
    @Nullable
    Instant parse(byte[] text, int start, int end) {
        int zone = start + DATE_AND_TIME;
        if (zone >= end || !hasSeparators(text, start)) {
            return null;
        }
        long second = secondNearby(text, start);
        int nanos = 0;
        if (text[zone] == '.') {
            int decimals = zone + 1;
            zone = endOfDigits(text, decimals, end);
            nanos = nanos(text, decimals, zone);
        }
        return second == Long.MIN_VALUE || nanos < 0 || !isUtc(text, zone, end)
                ? null
                : Instant.ofEpochSecond(second, nanos);
    }

    private static boolean hasSeparators(byte[] text, int start) {
        return text[start + 4] == '-' && text[start + 7] == '-' && text[start + 10] == 'T' && text[start + 13] == ':'
                && text[start + 16] == ':';
    }

    private static boolean isUtc(byte[] text, int zone, int end) {
        return switch (end - zone) {
            case 1 -> text[zone] == 'Z';
            case 6 -> text[zone] == '+' && text[zone + 3] == ':' && twoDigits(text, zone + 1) == 0
                    && twoDigits(text, zone + 4) == 0;
            default -> false;
        };
    }

    /** As {@link #second}, which it asks for another minute than that of the newest time only. */
    private long secondNearby(byte[] text, int start) {
        long newDate = Ascii.word(text, start);
        long newHourAndMinute = Ascii.word(text, start + Long.BYTES);
        int ofMinute = twoDigits(text, start + 17);
        if (newDate == date && newHourAndMinute == hourAndMinute && ofMinute >= 0 && ofMinute <= 59) {
            return minuteStart + ofMinute;
        }
        long second = second(text, start);
        if (second != Long.MIN_VALUE) {
            date = newDate;
            hourAndMinute = newHourAndMinute;
            minuteStart = second - ofMinute;
        }
        return second;
    }

    /** Seconds since 1970; {@link Long#MIN_VALUE} when the calendar or the clock has no such time. */
    private static long second(byte[] text, int start) {
        int century = twoDigits(text, start);
        int yearOfCentury = twoDigits(text, start + 2);
        int month = twoDigits(text, start + 5);
        int day = twoDigits(text, start + 8);
        int hour = twoDigits(text, start + 11);
        int minute = twoDigits(text, start + 14);
        int second = twoDigits(text, start + 17);
        int year = century * 100 + yearOfCentury;
        if (century < 0 || yearOfCentury < 0 || month < 1 || month > 12 || day < 1 || day > daysOf(month, year)
                || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
            return Long.MIN_VALUE;
        }
        return ((daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    }

    /** Days since 1970-01-01 in the Gregorian calendar, reckoned back to the year 0 as RFC 3339 does. */
    static long daysSinceEpoch(int year, int month, int day) {
        int leapDays = year == 0 ? 0 : 1 + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400;
        int ofThisYear = month > 2 && isLeap(year) ? 1 : 0;
        return 365L * year + leapDays + DAYS_BEFORE_MONTH[month - 1] + ofThisYear + day - 1 - DAYS_BEFORE_EPOCH;
    }

    private static int daysOf(int month, int year) {
        return DAYS_BEFORE_MONTH[month] - DAYS_BEFORE_MONTH[month - 1] + (month == 2 && isLeap(year) ? 1 : 0);
    }

    private static boolean isLeap(int year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    private static int endOfDigits(byte[] text, int from, int end) {
        int at = from;
        while (at < end && digit(text[at]) >= 0) {
            at++;
        }
        return at;
    }

    /** The decimals of a second as nanoseconds; less than zero when there are none or more than nine. */
    private static int nanos(byte[] text, int start, int end) {
        if (end == start || end - start > NANO_DIGITS) {
            return -1;
        }
        int nanos = 0;
        for (int i = 0; i < NANO_DIGITS; i++) {
            nanos = nanos * 10 + (start + i < end ? digit(text[start + i]) : 0);
        }
        return nanos;
    }

    /** Less than zero when one of them is none. */
    private static int twoDigits(byte[] text, int at) {
        int tens = digit(text[at]);
        int ones = digit(text[at + 1]);
        return tens < 0 || ones < 0 ? -1 : tens * 10 + ones;
    }

    private static int digit(byte b) {
        return b >= '0' && b <= '9' ? b - '0' : -1;
    }
}
