package io.throughline.aggregate;

import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.CacheSize;
import java.math.BigDecimal;
import java.util.Objects;

/** What cache events count. */
final class CacheRules {

    private CacheRules() {}

    static void observe(CacheHit hit, Observer observer) {
        observer.count(Metric.CACHE_HITS);
        BigDecimal saved = hit.savedUsd();
        if (saved != null) {
            observer.observe(Metric.CACHE_SAVED_USD, Nanos.of(saved));
        }
    }

    static void observe(CacheMiss miss, Observer observer) {
        observer.count(Metric.CACHE_MISSES);
    }

    static void observe(CacheSize size, Observer observer) {
        // The lengths keep names apart that would read alike when joined.
        String part = size.cache().length() + ":" + size.cache() + size.origin().service().length() + ":"
                + size.origin().service() + Objects.requireNonNullElse(size.instance(), "");
        observer.observePart(Metric.CACHE_ENTRIES, part, Nanos.ofWhole(size.entries()));
    }
}
