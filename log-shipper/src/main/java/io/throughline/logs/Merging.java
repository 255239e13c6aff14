package io.throughline.logs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** Makes one page of the pages of several shippers, each record once. */
final class Merging {

    private Merging() {}

    static LogSearch.Page of(List<LogSearch.Page> pages, LogQuery query) {
        Comparator<StoredEntry> order = query.order().comparator();
        List<StoredEntry> all = new ArrayList<>();
        pages.forEach(page -> all.addAll(page.entries()));
        all.sort(order);
        long total = 0;
        boolean more = false;
        var coverage = pages.getFirst().coverage();
        List<StoredEntry> ends = new ArrayList<>();
        for (LogSearch.Page page : pages) {
            total += page.total();
            coverage = coverage.and(page.coverage());
            if (page.next() != null && !page.entries().isEmpty()) {
                more = true;
                ends.add(page.entries().getLast());
            }
        }
        // Beyond the end of a page that has a next one its shipper may hold more.
        ends.sort(order);
        List<StoredEntry> kept = new ArrayList<>();
        Set<Place> seen = new HashSet<>();
        for (StoredEntry entry : all) {
            if (seen.add(Place.of(entry))) {
                boolean room = kept.size() < query.limit()
                        && (ends.isEmpty() || order.compare(entry, ends.getFirst()) <= 0);
                more |= !room;
                if (room) {
                    kept.add(entry);
                }
            }
        }
        Cursor next = more && !kept.isEmpty() ? kept.getLast().cursor(query.order()) : null;
        return new LogSearch.Page(kept, next, total, coverage);
    }

    private record Place(TopicPartition partition, long offset) {
        static Place of(StoredEntry entry) {
            return new Place(new TopicPartition(entry.topic(), entry.partition()), entry.offset());
        }
    }
}
