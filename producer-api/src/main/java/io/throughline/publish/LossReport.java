package io.throughline.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.throughline.event.LogLevel;
import io.throughline.event.LogRecord;
import io.throughline.trace.TraceContext;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The log line that says in the log itself what is missing from it. Stateless. */
final class LossReport {

    private LossReport() {}

    /** What was lost between two instants: {@code lost 12 records: queue_full 10, refused 2}. */
    static LogRecord of(Accounting before, Accounting now, String service, TraceContext trace, Instant time) {
        Map<String, Long> lost = new LinkedHashMap<>();
        for (DropReason reason : DropReason.values()) {
            long count = now.dropped(reason) - before.dropped(reason);
            if (count > 0) {
                lost.put(reason.label(), count);
            }
        }
        long total = now.dropped() - before.dropped();
        String reasons = lost.entrySet().stream().map(each -> each.getKey() + " " + each.getValue())
                .collect(Collectors.joining(", "));
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        fields.put("lost_records", LongNode.valueOf(total));
        lost.forEach((reason, count) -> fields.put("lost_" + reason, LongNode.valueOf(count)));
        return new LogRecord(time, LogLevel.WARNING, Publisher.class.getName(),
                "lost " + total + (total == 1 ? " record: " : " records: ") + reasons, trace, service, null, null,
                "records_lost", null, fields);
    }
}
