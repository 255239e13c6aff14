package io.throughline.event;

import org.jspecify.annotations.Nullable;

/**
 * The texts that come again and again, one copy of each. Bounded: a text that finds its places taken takes one of
 * them, and one longer than 64 bytes is not kept. Not safe to share between threads.
 */
final class Labels {

    private static final int PLACES = 512;
    /** Two that come with every event and fell on one place would drive each other out for ever. */
    private static final int NEIGHBOURS = 4;
    private static final int LONGEST = 64;

    private final @Nullable Label[] labels = new Label[PLACES + NEIGHBOURS - 1];
    /** By the field's index; many a field has the same text each time. */
    private final @Nullable Label[] newest = new Label[Field.values().length];

    private static final class Label {

        private final long[] words;
        private final String text;

        private Label(byte[] value, int start, int end) {
            words = Ascii.words(value, start, end);
            text = Ascii.text(value, start, end);
        }
    }

    /** The ASCII text that stands in {@code value} from {@code start} until before {@code end}, and is that of a field. */
    String text(Field field, byte[] value, int start, int end) {
        Label same = newest[field.index()];
        if (same != null && Ascii.matches(same.words, value, start, end)) {
            return same.text;
        }
        if (end - start > LONGEST) {
            return Ascii.text(value, start, end);
        }
        Label label = label(value, start, end);
        newest[field.index()] = label;
        return label.text;
    }

    private Label label(byte[] value, int start, int end) {
        int home = Ascii.hash(value, start, end) & (PLACES - 1);
        for (int place = home; place < home + NEIGHBOURS; place++) {
            Label label = labels[place];
            if (label == null) {
                return keep(value, start, end, place);
            }
            if (Ascii.matches(label.words, value, start, end)) {
                return label;
            }
        }
        return keep(value, start, end, home);
    }

    private Label keep(byte[] value, int start, int end, int place) {
        var label = new Label(value, start, end);
        labels[place] = label;
        return label;
    }
}
