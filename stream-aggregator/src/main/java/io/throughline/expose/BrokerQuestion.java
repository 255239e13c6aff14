package io.throughline.expose;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the brokers the same question every two seconds, from a thread of its own, whether they answer or not. */
final class BrokerQuestion implements AutoCloseable {

    /** How long one answer is waited for. */
    static final Duration ANSWER = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(BrokerQuestion.class);
    private static final Duration PERIOD = Duration.ofSeconds(2);

    private final Map<String, Object> kafka;
    private final Question question;
    private final Thread thread;

    /** One question; it keeps the answer itself. */
    @FunctionalInterface
    interface Question {
        void ask(Admin admin) throws ExecutionException, InterruptedException, TimeoutException;
    }

    private BrokerQuestion(Map<String, Object> kafka, String name, Question question) {
        this.kafka = kafka;
        this.question = question;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /**
     * Asks from now on.
     *
     * @param kafka properties of the client
     * @param name of the thread
     */
    static BrokerQuestion start(Map<String, Object> kafka, String name, Question question) {
        var asked = new BrokerQuestion(kafka, name, question);
        asked.thread.start();
        return asked;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try (Admin admin = Admin.create(kafka)) {
            while (true) {
                try {
                    question.ask(admin);
                } catch (ExecutionException | TimeoutException | KafkaException e) {
                    LOG.debug("{}: the brokers do not say: {}", thread.getName(), e.toString());
                }
                Thread.sleep(PERIOD);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
