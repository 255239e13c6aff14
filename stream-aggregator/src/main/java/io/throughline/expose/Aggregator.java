package io.throughline.expose;

import io.throughline.aggregate.Combine;
import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.CombineTopology;
import io.throughline.event.Topic;
import io.throughline.replay.Audit;
import io.throughline.serve.Health;
import io.throughline.serve.HttpEndpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A running aggregator: counts events, reads back what it committed, and shows it at {@code /metrics}, as windows of
 * event time at {@code /api/v1/windows}, and to people at {@code /}.
 *
 * <p>{@code /metrics} answers 503 until everything has been read that was committed before the start; a partial page
 * would look like a reset of what is missing. Thread-safe.
 */
public final class Aggregator implements AutoCloseable {

    /**
     * What brokers may take beyond a transaction's own time limit, three commit intervals or 5 s, to end it: they look
     * every 10 s.
     */
    private static final Duration STANDSTILL = Duration.ofSeconds(20);

    private final Combine combine;
    private final SeriesReader reader;
    private final WindowReader windows;
    private final StandstillWatch standstill;
    private final List<BrokerQuestion> questions;
    private final HttpEndpoint http;
    private final Optional<Audit> audit;

    private Aggregator(AggregatorConfig config, Clock clock, Combine combine, HttpEndpoint http,
            Consumer<String> onFatal) {
        CombineConfig kafka = config.combine();
        var view = new SeriesView(new Visibility(config.bornAtZero(), config.idle(), kafka.layout()), clock);
        var store = new WindowStore(config.windowRetention());
        this.combine = combine;
        this.http = http;
        this.reader = SeriesReader.start(kafka, view, clock, onFatal);
        this.windows = WindowReader.start(kafka, store, clock);
        var lag = new LagWatch(kafka, clock);
        this.standstill = new StandstillWatch(STANDSTILL.plus(kafka.commitInterval().multipliedBy(3)), clock);
        List<String> committed = List.of(Topic.SERIES.name(kafka.topicPrefix()),
                Topic.WINDOWS.name(kafka.topicPrefix()));
        this.questions = List.of(BrokerQuestion.start(kafka.kafka(), "lag-watch", lag::ask), BrokerQuestion.start(
                kafka.kafka(), "standstill-watch", admin -> standstill.ask(admin, committed)));
        var progress = new Progress(store, lag, CombineTopology.EVENT_TOPICS.stream()
                .map(topic -> topic.name(kafka.topicPrefix())).toList(), kafka.counting().windowGrace());
        var quantiles = new WindowQuantiles(store, () -> windows.check().healthy(), progress);
        this.audit = config.audit() ? Optional.of(Audit.start(kafka, clock)) : Optional.empty();
        var exposition = new Exposition(view, lag, quantiles, windows::unreadable, clock, config.nativeHistograms(),
                () -> audit.map(Audit::snapshots).orElse(List.of()));
        http.health(this::health).route("/metrics", new MetricsPage(reader::check, exposition)::handle)
                .route("/api/v1/windows", new WindowsApi(store, windows::check, progress, clock)::handle)
                .route("/api/v1/overview", new Overview(store, windows::check, progress, view::activeJobs,
                        config.links(), clock)::handle);
        new OverviewPage().route(http);
    }

    /**
     * Starts and returns once the port is bound; {@link #health} tells when it works.
     *
     * @param onFatal is told, in a sentence, when it has stopped working for good
     * @throws IOException with a message that names the port, when it is taken
     */
    public static Aggregator start(AggregatorConfig config, Consumer<String> onFatal) throws IOException {
        var clock = Clock.systemUTC();
        var http = HttpEndpoint.bind(new InetSocketAddress(config.bind(), config.port()),
                Executors.newVirtualThreadPerTaskExecutor());
        Combine combine = null;
        try {
            combine = Combine.start(config.combine(), onFatal);
            var aggregator = new Aggregator(config, clock, combine, http, onFatal);
            http.start();
            return aggregator;
        } catch (RuntimeException e) {
            http.close();
            if (combine != null) {
                combine.close();
            }
            throw e;
        }
    }

    /** The port that was bound. */
    public int port() {
        return http.port();
    }

    /** Whether events are counted and every series is shown, and if not, why. */
    public Health health() {
        return new Health(List.of(combine.health(), reader.check(), windows.health(), standstill.check()));
    }

    @Override
    public void close() {
        http.close();
        audit.ifPresent(Audit::close);
        questions.forEach(BrokerQuestion::close);
        windows.close();
        combine.close();
        reader.close();
    }
}
