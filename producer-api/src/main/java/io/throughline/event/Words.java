package io.throughline.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A closed list of values, found by their names on the wire or by the bytes of those names.
 *
 * <p>Immutable and safe to share between threads.
 */
final class Words<E> {

    private final E[] values;
    private final List<String> names;
    private final long[][] words;
    /** A hash table with open addressing, at most a quarter full: index into {@code values} plus 1, or 0. */
    private final int[] slots;

    private Words(E[] values, List<String> names) {
        this.values = values;
        this.names = names;
        words = new long[values.length][];
        slots = new int[Integer.highestOneBit(values.length) * 8];
        for (int i = 0; i < values.length; i++) {
            byte[] name = names.get(i).getBytes(US_ASCII);
            words[i] = Ascii.words(name, 0, name.length);
            slots[freeSlot(name)] = i + 1;
        }
    }

    static <E> Words<E> of(E[] values, Function<E, String> name) {
        return new Words<>(values.clone(), Arrays.stream(values).map(name).toList());
    }

    @Nullable
    E find(String name) {
        int index = names.indexOf(name);
        return index < 0 ? null : values[index];
    }

    /** The value whose name stands in {@code text} from {@code start} until before {@code end}. */
    @Nullable
    E find(byte[] text, int start, int end) {
        int slot = Ascii.hashOfStart(text, start, end) & (slots.length - 1);
        while (slots[slot] != 0) {
            int index = slots[slot] - 1;
            if (Ascii.matches(words[index], text, start, end)) {
                return values[index];
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        return null;
    }

    /** The names, as {@link List} writes them. */
    @Override
    public String toString() {
        return names.toString();
    }

    private int freeSlot(byte[] name) {
        int slot = Ascii.hashOfStart(name, 0, name.length) & (slots.length - 1);
        while (slots[slot] != 0) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }
}
