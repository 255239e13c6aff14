package io.throughline.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * The same numbers as a Flink job: every event becomes its observations, keyed by series, each series with a state on
 * the heap, an exactly-once checkpoint each second. It runs in this process, as one task slot.
 *
 * <p>Like {@link ByHand} it finds no duplicates, keeps no life cycles, users or exemplars, and looks up no price; and
 * nothing is shown.
 */
final class FlinkKeyed implements Variant {

    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    /** Flink makes copies of its functions; the job runs in this process, so they can meet here. */
    private static final AtomicLong EVENTS = new AtomicLong();
    private static final AtomicLong OBSERVED = new AtomicLong();
    private static final AtomicLong AGGREGATED = new AtomicLong();
    private static final Map<String, double[]> NEWEST = new ConcurrentHashMap<>();

    @Override
    public Map<String, Long> run(String bootstrapServers, Path scratch, Probe probe) throws Exception {
        var options = new Configuration();
        options.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(1));
        options.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        options.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        options.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, scratch.toUri().toString());
        JobClient job = start(StreamExecutionEnvironment.createLocalEnvironment(1, options), bootstrapServers);
        var ended = job.getJobExecutionResult();
        while (!probe.done()) {
            if (ended.isCompletedExceptionally()) {
                JobExecutionResult unused = ended.get();
            }
            probe.at(handled(probe.total()));
            Thread.sleep(LOOK_EVERY);
        }
        job.cancel().get();
        Map<String, Long> claim = new HashMap<>(Map.of(Tally.EVENTS, EVENTS.get()));
        NEWEST.forEach((series, state) -> Observations.claim(series, state, claim));
        return claim;
    }

    private static JobClient start(StreamExecutionEnvironment environment, String bootstrapServers)
            throws Exception {
        environment.fromSource(source(bootstrapServers), WatermarkStrategy.noWatermarks(), "events")
                .flatMap(new Observe()).returns(Types.TUPLE(Types.STRING, Types.DOUBLE))
                .keyBy(observation -> observation.f0, Types.STRING).process(new Aggregate(), Types.STRING)
                .sinkTo(new DiscardingSink<>());
        return environment.executeAsync("bench");
    }

    /** The last event counts once all that came of it has been aggregated. */
    private static long handled(long total) {
        long read = EVENTS.get();
        return read == total && AGGREGATED.get() < OBSERVED.get() ? total - 1 : read;
    }

    private static KafkaSource<byte[]> source(String bootstrapServers) {
        return KafkaSource.<byte[]>builder().setBootstrapServers(bootstrapServers).setTopics(EventTopics.NAMES)
                .setGroupId("flink").setStartingOffsets(OffsetsInitializer.earliest())
                .setValueOnlyDeserializer(new Untouched()).build();
    }

    private static final class Untouched extends AbstractDeserializationSchema<byte[]> {
        Untouched() {
            super(PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
        }

        @Override
        public byte[] deserialize(byte[] message) {
            return message;
        }
    }

    private static final class Observe implements FlatMapFunction<byte[], Tuple2<String, Double>> {
        @Override
        public void flatMap(byte[] value, Collector<Tuple2<String, Double>> out) throws IOException {
            Observations.of(Message.read(value), (series, amount) -> {
                OBSERVED.incrementAndGet();
                out.collect(Tuple2.of(series, amount));
            });
            EVENTS.incrementAndGet();
        }
    }

    private static final class Aggregate extends KeyedProcessFunction<String, Tuple2<String, Double>, String> {

        private transient @Nullable ValueState<double[]> state;

        @Override
        public void open(OpenContext context) {
            state = getRuntimeContext().getState(new ValueStateDescriptor<>("series",
                    PrimitiveArrayTypeInfo.DOUBLE_PRIMITIVE_ARRAY_TYPE_INFO));
        }

        @Override
        public void processElement(Tuple2<String, Double> observation, Context context, Collector<String> out)
                throws IOException {
            if (state == null) {
                throw new IllegalStateException("not opened");
            }
            double[] before = state.value();
            double[] after = Observations.add(observation.f0, observation.f1,
                    before == null ? Observations.empty(observation.f0) : before);
            state.update(after);
            NEWEST.put(observation.f0, after);
            AGGREGATED.incrementAndGet();
        }
    }
}
