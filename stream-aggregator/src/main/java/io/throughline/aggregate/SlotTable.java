package io.throughline.aggregate;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The slots of one metric, by up to two texts: label values, or a part. Not thread-safe. */
final class SlotTable {

    private @Nullable Slot[] places = new Slot[16];
    private int size;

    static int hash(String first, String second) {
        int hash = first.hashCode() * 31 + second.hashCode();
        return hash ^ (hash >>> 16);
    }

    @Nullable
    Slot find(String first, String second) {
        int hash = hash(first, second);
        Slot slot = places[hash & (places.length - 1)];
        while (slot != null && !(slot.hash == hash && slot.first.equals(first) && slot.second.equals(second))) {
            slot = slot.next;
        }
        return slot;
    }

    /** Adds one that is not there yet. */
    void add(Slot slot) {
        if (++size > places.length / 2) {
            grow();
        }
        put(slot);
    }

    void removeIf(Predicate<Slot> condition) {
        @Nullable
        Slot[] before = places;
        places = new Slot[before.length];
        size = 0;
        for (Slot head : before) {
            Slot slot = head;
            while (slot != null) {
                Slot after = slot.next;
                if (!condition.test(slot)) {
                    size++;
                    put(slot);
                }
                slot = after;
            }
        }
    }

    private void put(Slot slot) {
        int place = slot.hash & (places.length - 1);
        slot.next = places[place];
        places[place] = slot;
    }

    private void grow() {
        @Nullable
        Slot[] before = places;
        places = new Slot[before.length * 4];
        for (Slot head : before) {
            Slot slot = head;
            while (slot != null) {
                Slot after = slot.next;
                put(slot);
                slot = after;
            }
        }
    }
}
