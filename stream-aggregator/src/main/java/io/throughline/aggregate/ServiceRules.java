package io.throughline.aggregate;

import io.throughline.event.DatabaseError;
import io.throughline.event.RequestCompleted;
import io.throughline.event.ServiceHeartbeat;

/** What requests, database errors and heartbeats count. */
final class ServiceRules {

    private ServiceRules() {}

    static void observe(RequestCompleted request, Observer observer) {
        observer.count(Metric.HTTP_REQUESTS, request.origin().service(), Integer.toString(request.statusCode()));
    }

    static void observe(DatabaseError error, Observer observer) {
        observer.count(Metric.DATABASE_ERRORS, error.database());
    }

    static void observe(ServiceHeartbeat heartbeat, Observer observer) {
        observer.observe(Metric.SERVICE_LAST_SEEN_TIMESTAMP_SECONDS,
                heartbeat.origin().service(), heartbeat.instance(),
                Nanos.ofInstant(heartbeat.origin().timestamp()));
    }
}
