package io.throughline.local.exact;

import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges the pages of all instances in the order in which they came. Times are of {@link System#nanoTime}.
 *
 * <p>A value may be lower than one that came before only if it was asked for before that one had come. Two instances
 * own a series at the same time for certain when they show it in turn twice: A, B, A, B. Thread-safe.
 */
final class Witness {

    private static final int REMEMBERED = 64;
    private static final int MOST_COMPLAINTS = 20;

    private final Map<String, Track> tracks = new HashMap<>();
    private final List<String> complaints = new ArrayList<>();
    private long pages;
    private long longestGapNanos;

    private record Height(long nanos, double value) {}

    /** What was seen of one sample. */
    private static final class Track {
        private final Deque<Height> heights = new ArrayDeque<>();
        private final Deque<String> shownBy = new ArrayDeque<>();
        private long shownNanos;
    }

    /** Takes the page that {@code instance} was asked for at one time and had given at another. */
    synchronized void see(String instance, long askedNanos, long answeredNanos, Page page) {
        pages++;
        page.samples().forEach((sample, value) -> {
            if (Contract.covers(sample)) {
                see(instance, askedNanos, answeredNanos, sample, value);
            }
        });
    }

    /** Whether every series that was ever shown has been shown on a page that was asked for after that time. */
    synchronized boolean allShownSince(long nanos) {
        return tracks.values().stream().allMatch(track -> track.shownNanos - nanos > 0);
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** One line about what was looked at. */
    synchronized String summary() {
        return "%d pages, %d samples, longest time that one of them was not shown %.1f s".formatted(pages,
                tracks.size(), longestGapNanos / 1e9);
    }

    private void see(String instance, long askedNanos, long answeredNanos, String sample, double value) {
        Track track = tracks.computeIfAbsent(sample, s -> new Track());
        if (Contract.neverFalls(sample)) {
            checkHeight(track, instance, askedNanos, answeredNanos, sample, value);
        }
        checkOwner(track, instance, sample);
        if (track.shownNanos != 0) {
            longestGapNanos = Math.max(longestGapNanos, askedNanos - track.shownNanos);
        }
        track.shownNanos = askedNanos;
    }

    private void checkHeight(Track track, String instance, long askedNanos, long answeredNanos, String sample,
            double value) {
        double highest = 0;
        for (Height height : track.heights) {
            if (height.nanos() - askedNanos <= 0) {
                highest = height.value();
            }
        }
        if (value < highest) {
            complain("%s fell from %s to %s at %s".formatted(sample, highest, value, instance));
        }
        if (track.heights.isEmpty() || value > track.heights.getLast().value()) {
            track.heights.addLast(new Height(answeredNanos, value));
            if (track.heights.size() > REMEMBERED) {
                track.heights.removeFirst();
            }
        }
    }

    private void checkOwner(Track track, String instance, String sample) {
        track.shownBy.addLast(instance);
        if (track.shownBy.size() > 4) {
            track.shownBy.removeFirst();
        }
        List<String> owners = List.copyOf(track.shownBy);
        if (owners.size() == 4 && !owners.get(0).equals(owners.get(1)) && owners.get(0).equals(owners.get(2))
                && owners.get(1).equals(owners.get(3))) {
            complain("%s is shown by %s and %s at the same time".formatted(sample, owners.get(0), owners.get(1)));
        }
    }

    private void complain(String what) {
        if (complaints.size() < MOST_COMPLAINTS) {
            complaints.add(LocalTime.now(ZoneOffset.UTC) + " " + what);
        }
    }
}
