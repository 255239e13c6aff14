package io.throughline.local;

import io.throughline.publish.Settings;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code topics}: creates what is missing, checks what is there. */
@Command(name = "topics", mixinStandardHelpOptions = true, description = {
        "Creates the topics that are missing and checks the others",
        "against infra/topics.yaml. Exit code 1 when one differs."})
final class TopicsCommand implements Callable<Integer> {

    private final Map<String, String> environment;
    private final PrintStream out;
    private final PrintStream err;

    TopicsCommand(Map<String, String> environment, PrintStream out, PrintStream err) {
        this.environment = environment;
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<TopicSpec> specs = TopicSpec.read(Home.find().topicsFile());
        Settings settings = Settings.of(environment);
        settings.rejectUnknown();
        try (var topics = Topics.at(settings.kafka(), settings.topicPrefix())) {
            int brokers = topics.brokers();
            noteMissingReplicas(specs, brokers);
            List<TopicState> states = topics.ensure(specs, brokers);
            print(states);
            return states.stream().allMatch(TopicState::asWanted) ? 0 : 1;
        }
    }

    private void noteMissingReplicas(List<TopicSpec> specs, int brokers) {
        int wanted = specs.stream().mapToInt(TopicSpec::replicationFactor).max().orElse(1);
        if (wanted > brokers) {
            err.printf("note: infra/topics.yaml asks for %d replicas, the cluster has %d broker(s): topics get %d%n",
                    wanted, brokers, brokers);
        }
    }

    private void print(List<TopicState> states) {
        int width = states.stream().mapToInt(state -> state.name().length()).max().orElse(5);
        String row = "%-" + width + "s  %10s  %8s  %s%n";
        out.printf(row, "TOPIC", "PARTITIONS", "REPLICAS", "STATE");
        for (TopicState state : states) {
            out.printf(row, state.name(), state.partitions(), state.replicas(), state.word());
        }
        out.flush();
        states.forEach(state -> state.differences().forEach(what -> err.println(state.name() + ": " + what)));
    }
}
