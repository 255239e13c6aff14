package io.throughline.redact;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.event.BatchCompleted;
import io.throughline.event.BatchCreated;
import io.throughline.event.CacheHit;
import io.throughline.event.CacheMiss;
import io.throughline.event.CacheSize;
import io.throughline.event.DatabaseError;
import io.throughline.event.Event;
import io.throughline.event.JobCompleted;
import io.throughline.event.JobCreated;
import io.throughline.event.JobStarted;
import io.throughline.event.LlmCompleted;
import io.throughline.event.LogRecord;
import io.throughline.event.Origin;
import io.throughline.event.RequestCompleted;
import io.throughline.event.ServiceHeartbeat;
import io.throughline.trace.TraceContext;
import io.throughline.trace.Traceparent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replaces secrets in what is about to leave the process by {@code [redacted]}, and counts them by kind.
 *
 * <p>Values of keys that name a secret go whole; in all other texts, stack traces too, values of such keys, tokens,
 * provider keys, private keys, passwords in URLs and card numbers are found by their form. It cannot know a secret that
 * has neither a name nor a form. The time is linear in the size of the text. Thread-safe.
 */
public final class Redactor {

    private static final int DEEPEST = 64;
    private static final int DIGITS_OF_AN_ID_HASH = 12;

    private final RedactionRules rules;
    private final Findings findings = new Findings();
    private final KeyNames keys;
    private final KeyNames promptKeys;
    private final SecretText texts;
    /** Some that were found plain; whoever sees which of them, each is. */
    private final @Nullable String[] plain = new String[64];

    /** A redactor that has found nothing yet. */
    public Redactor(RedactionRules rules) {
        this.rules = rules;
        this.keys = new KeyNames(rules.keys());
        this.promptKeys = new KeyNames(rules.promptKeys());
        this.texts = new SecretText(keys, rules.email(), findings);
    }

    /** How many were replaced so far, of each kind. */
    public Map<Finding, Long> counts() {
        return findings.snapshot();
    }

    /** A text without its secrets; the same object where it holds none. */
    public String redact(String text) {
        return texts.clean(text);
    }

    /**
     * A context whose ids hold no token. An id that was one becomes {@code redacted-} and a hash of it, so that
     * what belonged together still does. Digits are never taken for a card number here: ids are made of them.
     */
    public TraceContext redact(TraceContext context) {
        // Hex digits alone are no token, and nearly every trace id is one.
        String traceId = Traceparent.isTraceId(context.traceId()) ? context.traceId() : id(context.traceId());
        String requestId = optionalId(context.requestId());
        String userId = optionalId(context.userId());
        String jobId = optionalId(context.jobId());
        String batchId = optionalId(context.batchId());
        boolean same = traceId.equals(context.traceId()) && Objects.equals(requestId, context.requestId())
                && Objects.equals(userId, context.userId()) && Objects.equals(jobId, context.jobId())
                && Objects.equals(batchId, context.batchId());
        return same ? context : new TraceContext(traceId, requestId, userId, jobId, batchId);
    }

    /** A JSON document without secrets, whatever it is about. */
    public JsonNode redact(JsonNode document) {
        return value(document, 1);
    }

    /** A log line without secrets in its message, stack trace, ids and further fields. */
    public LogRecord redact(LogRecord log) {
        Map<String, JsonNode> fields = fields(log.fields());
        return new LogRecord(log.timestamp(), log.level(), optional(log.logger()), texts.clean(log.message()),
                redact(log.context()), optional(log.service()), log.durationMs(), log.statusCode(),
                optional(log.errorCode()), optional(log.stackTrace()), fields);
    }

    /** An event without secrets in its texts. */
    public Event redact(Event event) {
        return isPlain(event) ? event : cleaned(event);
    }

    private Event cleaned(Event event) {
        Origin origin = redact(event.origin());
        if (event instanceof JobCreated job) {
            return new JobCreated(origin, id(job.jobId()), texts.clean(job.jobType()));
        } else if (event instanceof JobStarted job) {
            return new JobStarted(origin, id(job.jobId()), texts.clean(job.jobType()));
        } else if (event instanceof JobCompleted job) {
            return new JobCompleted(origin, id(job.jobId()), texts.clean(job.jobType()), job.status(),
                    job.durationSeconds(), optional(job.errorCode()));
        } else if (event instanceof BatchCreated batch) {
            return new BatchCreated(origin, id(batch.batchId()), batch.size());
        } else if (event instanceof BatchCompleted batch) {
            return new BatchCompleted(origin, id(batch.batchId()), batch.status(), batch.processingSeconds());
        } else if (event instanceof LlmCompleted llm) {
            return new LlmCompleted(origin, texts.clean(llm.model()), llm.status(), llm.latencySeconds(),
                    llm.promptTokens(), llm.completionTokens(), llm.cachedTokens(), optional(llm.provider()),
                    llm.timeToFirstTokenSeconds(), llm.costUsd(), optional(llm.errorCode()));
        } else if (event instanceof CacheHit hit) {
            return new CacheHit(origin, texts.clean(hit.cache()), hit.savedUsd(), hit.savedTokens());
        } else if (event instanceof CacheMiss miss) {
            return new CacheMiss(origin, texts.clean(miss.cache()));
        } else if (event instanceof CacheSize size) {
            return new CacheSize(origin, texts.clean(size.cache()), size.entries(), optional(size.instance()));
        } else if (event instanceof RequestCompleted request) {
            return new RequestCompleted(origin, texts.clean(request.method()), texts.clean(request.route()),
                    request.statusCode(), request.durationSeconds());
        } else if (event instanceof DatabaseError error) {
            return new DatabaseError(origin, texts.clean(error.database()), texts.clean(error.operation()),
                    optional(error.errorCode()));
        } else if (event instanceof ServiceHeartbeat heartbeat) {
            return new ServiceHeartbeat(origin, texts.clean(heartbeat.instance()));
        }
        throw new IllegalArgumentException("no redaction for " + event.type());
    }

    /** Whether all texts are plain, as nearly always: then the event is as it should be. */
    private boolean isPlain(Event event) {
        if (!isPlainId(event.origin().eventId()) || !isPlain(event.origin().service())) {
            return false;
        }
        return switch (event.type()) {
            case JOB_CREATED -> isPlainId(((JobCreated) event).jobId()) && isPlain(((JobCreated) event).jobType());
            case JOB_STARTED -> isPlainId(((JobStarted) event).jobId()) && isPlain(((JobStarted) event).jobType());
            case JOB_COMPLETED -> isPlainId(((JobCompleted) event).jobId())
                    && isPlain(((JobCompleted) event).jobType()) && isPlain(((JobCompleted) event).errorCode());
            case BATCH_CREATED -> isPlainId(((BatchCreated) event).batchId());
            case BATCH_COMPLETED -> isPlainId(((BatchCompleted) event).batchId());
            case LLM_COMPLETED -> isPlain(((LlmCompleted) event).model()) && isPlain(((LlmCompleted) event).provider())
                    && isPlain(((LlmCompleted) event).errorCode());
            case CACHE_HIT -> isPlain(((CacheHit) event).cache());
            case CACHE_MISS -> isPlain(((CacheMiss) event).cache());
            case CACHE_SIZE -> isPlain(((CacheSize) event).cache()) && isPlain(((CacheSize) event).instance());
            case REQUEST_COMPLETED -> isPlain(((RequestCompleted) event).method())
                    && isPlain(((RequestCompleted) event).route());
            case DATABASE_ERROR -> isPlain(((DatabaseError) event).database())
                    && isPlain(((DatabaseError) event).operation()) && isPlain(((DatabaseError) event).errorCode());
            case SERVICE_HEARTBEAT -> isPlain(((ServiceHeartbeat) event).instance());
        };
    }

    /** Names of models and services come as the same few objects, again and again. */
    private boolean isPlain(@Nullable String text) {
        if (text == null) {
            return true;
        }
        int slot = text.hashCode() & (plain.length - 1);
        if (!text.equals(plain[slot])) {
            if (!PlainText.is(text, true)) {
                return false;
            }
            plain[slot] = text;
        }
        return true;
    }

    private static boolean isPlainId(String id) {
        return PlainText.is(id, false);
    }

    private Origin redact(Origin origin) {
        String id = id(origin.eventId());
        String service = texts.clean(origin.service());
        return id.equals(origin.eventId()) && service.equals(origin.service())
                ? origin
                : new Origin(id, origin.timestamp(), service);
    }

    private Map<String, JsonNode> fields(Map<String, JsonNode> fields) {
        Map<String, JsonNode> redacted = new LinkedHashMap<>();
        fields.forEach((name, value) -> redacted.put(name, value(name, value, 1)));
        return redacted;
    }

    private JsonNode value(String name, JsonNode value, int depth) {
        if (value.isNull() || value.isBoolean()) {
            return value;
        }
        if (keys.match(name)) {
            return replaced(Finding.KEY);
        }
        if (!rules.promptsAsText() && !value.isNumber() && promptKeys.match(name) && !isPrompt(value)) {
            findings.add(Finding.PROMPT);
            return node(Prompt.of(value.isTextual() ? value.textValue() : value.toString()));
        }
        return value(value, depth);
    }

    private JsonNode value(JsonNode value, int depth) {
        if (depth > DEEPEST) {
            return replaced(Finding.KEY); // what nobody could read again: readers take 64 levels
        }
        if (value instanceof ObjectNode object) {
            var redacted = JsonNodeFactory.instance.objectNode();
            object.properties()
                    .forEach(field -> redacted.set(field.getKey(), value(field.getKey(), field.getValue(), depth + 1)));
            return redacted;
        }
        if (value instanceof ArrayNode array) {
            var redacted = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(element -> redacted.add(value(element, depth + 1)));
            return redacted;
        }
        if (value.isPojo()) {
            return JsonNodeFactory.instance.textNode(texts.clean(value.asText()));
        }
        if (value.isTextual()) {
            String clean = texts.clean(value.textValue());
            return clean.equals(value.textValue()) ? value : JsonNodeFactory.instance.textNode(clean);
        }
        return value.isIntegralNumber() && CardNumbers.isCard(value.asText()) ? replaced(Finding.CARD) : value;
    }

    private JsonNode replaced(Finding finding) {
        findings.add(finding);
        return JsonNodeFactory.instance.textNode(SecretText.REPLACEMENT);
    }

    private static boolean isPrompt(JsonNode value) {
        return value.size() == 2 && value.path("characters").isInt() && value.path("sha256").asText().length() == 64;
    }

    /** Size and hash as they stand in a log line. */
    public static JsonNode node(Prompt prompt) {
        return JsonNodeFactory.instance.objectNode().put("characters", prompt.characters())
                .put("sha256", prompt.sha256());
    }

    private @Nullable String optional(@Nullable String text) {
        return text == null ? null : texts.clean(text);
    }

    private @Nullable String optionalId(@Nullable String id) {
        return id == null ? null : id(id);
    }

    private String id(String id) {
        String clean = texts.cleanId(id);
        return Objects.equals(clean, id) ? id : "redacted-" + Prompt.sha256(id).substring(0, DIGITS_OF_AN_ID_HASH);
    }
}
