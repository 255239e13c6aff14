package io.throughline.event;

import io.throughline.event.FlatScanner.Kind;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a flat JSON object, read from its bytes: the fast path.
 *
 * <p>The invariant: each value equals what {@link TreeFields} reads from the same bytes, to the last bit; where that is
 * not sure, or the field is one that should be refused, {@link NotFlatException} leaves it to them. Not safe to share
 * between threads.
 */
final class FlatFields implements Fields {

    private final FlatScanner scanner = new FlatScanner();
    private final Labels labels = new Labels();
    private final UtcTime times = new UtcTime();

    /**
     * Whether a flat object stands in {@code value} from {@code start} until before {@code end}; its fields can be read
     * until {@link #clear}.
     */
    boolean scan(byte[] value, int start, int end) {
        return scanner.scan(value, start, end);
    }

    /** Lets go of the value. */
    void clear() {
        scanner.clear();
    }

    @Override
    public String text(Field field) {
        return required(optionalText(field));
    }

    @Override
    public @Nullable String optionalText(Field field) {
        if (isAbsent(field, Kind.TEXT)) {
            return null;
        }
        byte[] bytes = scanner.bytes();
        return field.isLabel()
                ? labels.text(field, bytes, scanner.start(field), scanner.end(field))
                : Ascii.text(bytes, scanner.start(field), scanner.end(field));
    }

    /** Whether this character is the last of a text. */
    boolean endsWith(Field field, char last) {
        return scanner.kind(field) == Kind.TEXT && scanner.end(field) > scanner.start(field)
                && scanner.bytes()[scanner.end(field) - 1] == last;
    }

    @Override
    public Instant timestamp(Field field) {
        need(field, Kind.TEXT);
        return required(times.parse(scanner.bytes(), scanner.start(field), scanner.end(field)));
    }

    @Override
    public double number(Field field) {
        need(field, Kind.NUMBER);
        return NearestDouble.of(scanner.unscaled(field), scanner.scale(field));
    }

    @Override
    public @Nullable Double optionalNumber(Field field) {
        return isAbsent(field, Kind.NUMBER) ? null : Double.valueOf(number(field));
    }

    @Override
    public @Nullable BigDecimal optionalDecimal(Field field) {
        return isAbsent(field, Kind.NUMBER)
                ? null
                : BigDecimal.valueOf(scanner.unscaled(field), scanner.scale(field));
    }

    @Override
    public long count(Field field) {
        need(field, Kind.NUMBER);
        if (scanner.scale(field) != 0) {
            throw new NotFlatException();
        }
        return scanner.unscaled(field);
    }

    @Override
    public @Nullable Long optionalCount(Field field) {
        return isAbsent(field, Kind.NUMBER) ? null : Long.valueOf(count(field));
    }

    @Override
    public int integer(Field field) {
        long count = count(field);
        if (count != (int) count) {
            throw new NotFlatException();
        }
        return (int) count;
    }

    @Override
    public @Nullable Integer optionalInteger(Field field) {
        return isAbsent(field, Kind.NUMBER) ? null : Integer.valueOf(integer(field));
    }

    @Override
    public <E> E oneOf(Field field, Words<E> words) {
        need(field, Kind.TEXT);
        return required(words.find(scanner.bytes(), scanner.start(field), scanner.end(field)));
    }

    private void need(Field field, Kind kind) {
        if (isAbsent(field, kind)) {
            throw new NotFlatException();
        }
    }

    private boolean isAbsent(Field field, Kind wanted) {
        Kind kind = scanner.kind(field);
        if (kind != wanted && kind != Kind.ABSENT) {
            throw new NotFlatException();
        }
        return kind == Kind.ABSENT;
    }

    private static <T> T required(@Nullable T value) {
        if (value == null) {
            throw new NotFlatException();
        }
        return value;
    }
}
