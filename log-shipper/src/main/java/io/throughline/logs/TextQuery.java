package io.throughline.logs;

import java.util.List;

/** What is asked of a record's text and fields in {@code q}, as a tree; {@link FullText} reads it. */
sealed interface TextQuery {

    /** These words, one after another, in message or stack trace. */
    record Phrase(List<String> words) implements TextQuery {
        public Phrase {
            words = List.copyOf(words);
        }
    }

    /** A word that begins so. */
    record Prefix(String beginning) implements TextQuery {}

    /** A field with exactly this value. */
    record Field(String name, String value) implements TextQuery {}

    /** All of them. */
    record And(List<TextQuery> all) implements TextQuery {
        public And {
            all = List.copyOf(all);
        }
    }

    /** At least one of them. */
    record Or(List<TextQuery> any) implements TextQuery {
        public Or {
            any = List.copyOf(any);
        }
    }

    /** Everything else. */
    record Not(TextQuery of) implements TextQuery {}
}
