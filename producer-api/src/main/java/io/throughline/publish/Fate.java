package io.throughline.publish;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/** What an answer of the Kafka client means for the record. */
enum Fate {
    /** The brokers have it. */
    ACKNOWLEDGED,
    /** It is the record that they do not take: the next one may do better. */
    REFUSED,
    /** Not now. */
    AGAIN,
    /** Not with this client, which stays in such an error for ever; with a new one. */
    AGAIN_WITH_NEW_CLIENT;

    static Fate of(@Nullable Exception failure) {
        if (failure == null) {
            return ACKNOWLEDGED;
        }
        if (failure instanceof RetriableException || failure instanceof InterruptException) {
            return AGAIN;
        }
        if (failure instanceof AuthenticationException || failure instanceof ClusterAuthorizationException
                || failure instanceof TransactionalIdAuthorizationException
                || failure instanceof ProducerFencedException || failure instanceof InvalidProducerEpochException
                || failure instanceof OutOfOrderSequenceException || failure instanceof UnsupportedVersionException) {
            return AGAIN_WITH_NEW_CLIENT;
        }
        // What is no ApiException does not speak of the record: "in an error state", "closed".
        return failure instanceof IllegalStateException
                || (failure instanceof KafkaException && !(failure instanceof ApiException))
                        ? AGAIN_WITH_NEW_CLIENT
                        : REFUSED;
    }
}
