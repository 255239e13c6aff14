package io.throughline.local;

import io.throughline.publish.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/** The topics that the brokers have. */
public final class KafkaTopics {

    private static final int PATIENCE_MILLIS = 8_000;

    private KafkaTopics() {}

    /** Their names; {@link KafkaException} when the brokers do not answer within eight seconds. */
    public static Set<String> names(Settings settings) {
        Map<String, Object> properties = new HashMap<>(settings.kafka());
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MILLIS / 2);
        properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "throughline-publish-topics");
        Admin admin = Admin.create(properties);
        try {
            return admin.listTopics().names().get(PATIENCE_MILLIS + 500, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException("no answer in " + PATIENCE_MILLIS + " ms", e);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } finally {
            admin.close(java.time.Duration.ZERO);
        }
    }
}
