package io.throughline.local.demo;

import java.util.List;
import java.util.random.RandomGenerator;

/** Draws from the distributions that the model needs. As thread-safe as its generator. */
record Draw(RandomGenerator random) {

    /** True with this probability. */
    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** A whole number from {@code least} to {@code most}. */
    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    /** Log-normal, as latencies and lengths of texts are: half of all lie above the median, few far above. */
    double logNormal(double median, double sigma) {
        return median * Math.exp(sigma * random.nextGaussian());
    }

    /** The time to the next of events that come independently, {@code perSecond} on average. */
    double secondsToNext(double perSecond) {
        return random.nextExponential() / perSecond;
    }

    /** One of a list. */
    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
