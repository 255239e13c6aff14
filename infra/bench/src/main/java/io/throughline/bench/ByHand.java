package io.throughline.bench;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.throughline.aggregate.BucketLayout;
import io.throughline.aggregate.Buckets;
import io.throughline.aggregate.Metric;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * The hundred lines that one would write without Throughline: a consumer group, Jackson into classes, the Prometheus
 * client, offsets committed by themselves.
 *
 * <p>It is spared what costs more: no duplicates are found, no user is counted, no exemplar kept, no price looked up,
 * and its histograms are classic only. A restart loses or repeats events.
 */
final class ByHand implements Variant {

    private static final BucketLayout LAYOUT = BucketLayout.bundled();

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter consumed = counter("events_consumed_total", "topic");
    private final Counter unreadable = counter("events_unreadable_total");
    private final Counter llmRequests = counter("llm_requests_total", "model", "status");
    private final Counter llmTokens = counter("llm_tokens_total", "model", "type");
    private final Counter llmCost = counter("llm_cost_usd_total", "model");
    private final Counter cacheHits = counter("cache_hits_total");
    private final Counter cacheMisses = counter("cache_misses_total");
    private final Counter cacheSaved = counter("cache_saved_usd_total");
    private final Counter jobsCreated = counter("jobs_created_total", "job_type");
    private final Counter jobsCompleted = counter("jobs_completed_total", "job_type", "status");
    private final Counter batchesCreated = counter("batches_created_total");
    private final Counter batchesCompleted = counter("batches_completed_total", "status");
    private final Gauge activeJobs = Gauge.builder().name("active_jobs").register(registry);
    private final Gauge cacheEntries = Gauge.builder().name("cache_entries").labelNames("cache").register(registry);
    private final Histogram llmLatency = histogram("llm_latency_seconds", LAYOUT.of(Metric.LLM_LATENCY_SECONDS),
            "model");
    private final Histogram tokensUsed = histogram("tokens_used", LAYOUT.of(Metric.TOKENS_USED), "model");
    private final Histogram jobDuration = histogram("job_duration_seconds", LAYOUT.of(Metric.JOB_DURATION_SECONDS),
            "job_type");
    private final Histogram batchDuration = histogram("batch_processing_seconds",
            LAYOUT.of(Metric.BATCH_PROCESSING_SECONDS));

    @Override
    public Map<String, Long> run(String bootstrapServers, Path scratch, Probe probe) throws Exception {
        Map<String, Object> properties = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ConsumerConfig.GROUP_ID_CONFIG, "by-hand-" + UUID.randomUUID(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        long events = 0;
        try (var http = HTTPServer.builder().inetAddress(InetAddress.getLoopbackAddress()).port(0).registry(registry)
                .buildAndStart();
                var consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            consumer.subscribe(EventTopics.NAMES);
            while (!probe.done()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    handle(record);
                    events++;
                }
                probe.at(events);
            }
            return counted(Page.of(http.getPort()));
        }
    }

    private void handle(ConsumerRecord<byte[], byte[]> record) {
        consumed.labelValues(record.topic()).inc();
        try {
            count(Message.read(record.value()));
        } catch (IOException e) {
            unreadable.inc();
        }
    }

    private void count(Message message) {
        switch (message) {
            case Message.Llm call -> count(call);
            case Message.CacheHit hit -> {
                cacheHits.inc();
                cacheSaved.inc(Objects.requireNonNullElse(hit.savedUsd(), 0.0));
            }
            case Message.CacheMiss miss -> cacheMisses.inc();
            case Message.CacheSize size -> cacheEntries.labelValues(size.cache()).set((double) size.entries());
            case Message.JobCreated job -> {
                jobsCreated.labelValues(job.jobType()).inc();
                activeJobs.inc();
            }
            case Message.JobStarted job -> {
                // nothing to count
            }
            case Message.JobCompleted job -> count(job);
            case Message.BatchCreated batch -> batchesCreated.inc();
            case Message.BatchCompleted batch -> {
                batchesCompleted.labelValues(batch.status()).inc();
                observe(batchDuration, batch.processingSeconds());
            }
        }
    }

    private void count(Message.Llm call) {
        llmRequests.labelValues(call.model(), call.status()).inc();
        llmLatency.labelValues(call.model()).observe(call.latencySeconds());
        tokensUsed.labelValues(call.model()).observe((double) (call.promptTokens() + call.completionTokens()));
        llmTokens.labelValues(call.model(), "prompt").inc(call.promptTokens());
        llmTokens.labelValues(call.model(), "completion").inc(call.completionTokens());
        llmCost.labelValues(call.model()).inc(Objects.requireNonNullElse(call.costUsd(), 0.0));
    }

    private void count(Message.JobCompleted job) {
        jobsCompleted.labelValues(job.jobType(), job.status()).inc();
        activeJobs.dec();
        observe(jobDuration, job.durationSeconds(), job.jobType());
    }

    private static void observe(Histogram histogram, @Nullable Double seconds, String... labelValues) {
        if (seconds != null) {
            histogram.labelValues(labelValues).observe(seconds);
        }
    }

    private Map<String, Long> counted(Page page) {
        Map<String, Long> counted = new HashMap<>();
        counted.put(Tally.EVENTS, page.sum("events_consumed_total") - page.sum("events_unreadable_total"));
        Tally.METRICS.forEach(metric -> counted.put(metric, page.sum(metric)));
        return counted;
    }

    private Counter counter(String name, String... labels) {
        return Counter.builder().name(name).labelNames(labels).register(registry);
    }

    private Histogram histogram(String name, Buckets buckets, String... labels) {
        return Histogram.builder().name(name).labelNames(labels).classicOnly()
                .classicUpperBounds(buckets.upperBounds()).register(registry);
    }
}
