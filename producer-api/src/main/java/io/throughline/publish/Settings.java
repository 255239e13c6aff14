package io.throughline.publish;

import io.throughline.event.Topic;
import io.throughline.redact.RedactionRules;
import io.throughline.redact.Redactor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables {@code THROUGHLINE_*} of one process.
 *
 * <p>Each part of a process reads what it needs, with a default; afterwards {@link #rejectUnknown} stops the start for
 * a variable that no part of the product has, so that a typing error is never silent. A value can come from a file named by
 * {@code <KEY>_FILE}. {@code THROUGHLINE_KAFKA_<NAME>} passes a property to every Kafka client.
 *
 * <p>Errors are {@link IllegalArgumentException}s that name the key and the value. Not thread-safe: read it while
 * starting.
 */
public final class Settings {

    /** What every variable of the pipeline begins with. */
    public static final String PREFIX = "THROUGHLINE_";

    private static final String KAFKA_PREFIX = PREFIX + "KAFKA_";
    private static final String FILE_SUFFIX = "_FILE";
    private static final Pattern SECRET = Pattern.compile("PASSWORD|SECRET|TOKEN|JAAS|CREDENTIAL|_KEY");
    private static final Pattern BYTES = Pattern.compile("(\\d{1,15})(KB|MB|GB)?");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private final Map<String, String> environment;
    private final Map<String, String> effective = new TreeMap<>();

    private Settings(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Settings from such an environment; other variables than {@code THROUGHLINE_*} are left alone. */
    public static Settings of(Map<String, String> environment) {
        Map<String, String> ours = new TreeMap<>();
        environment.forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                ours.put(key, value);
            }
        });
        return new Settings(ours);
    }

    /** These settings with one of them set anew. */
    public Settings with(String key, String value) {
        Map<String, String> changed = new LinkedHashMap<>(environment);
        changed.put(key, value);
        return of(changed);
    }

    /** Where the brokers are: {@code THROUGHLINE_BOOTSTRAP_SERVERS}. */
    public String bootstrapServers() {
        return text("THROUGHLINE_BOOTSTRAP_SERVERS", "localhost:9092");
    }

    /** What every topic's name begins with: {@code THROUGHLINE_TOPIC_PREFIX}. */
    public String topicPrefix() {
        return text("THROUGHLINE_TOPIC_PREFIX", Topic.DEFAULT_PREFIX);
    }

    /** The address that servers listen on: {@code THROUGHLINE_BIND}. */
    public String bind() {
        return text("THROUGHLINE_BIND", "127.0.0.1");
    }

    /** A text. */
    public String text(String key, String otherwise) {
        return optionalText(key).orElseGet(() -> {
            effective.put(key, otherwise);
            return otherwise;
        });
    }

    /** A text that may be absent. */
    public Optional<String> optionalText(String key) {
        String value = value(key);
        effective.put(key, value == null ? "" : value);
        return Optional.ofNullable(value);
    }

    /** A whole number from {@code min} to {@code max}. */
    public int integer(String key, int otherwise, int min, int max) {
        String text = text(key, Integer.toString(otherwise)).strip();
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw new IllegalArgumentException(
                key + " must be a whole number from " + min + " to " + max + ", got " + text);
    }

    /** A size from {@code min} to {@code max}, in bytes or as {@code 512KB}, {@code 64MB}, {@code 2GB}, powers of 1024. */
    public long bytes(String key, long otherwise, long min, long max) {
        String text = text(key, Long.toString(otherwise)).strip();
        var matcher = BYTES.matcher(text.toUpperCase(Locale.ROOT));
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            String unit = matcher.group(2);
            int shift = unit == null ? 0 : unit.equals("KB") ? 10 : unit.equals("MB") ? 20 : 30;
            if (amount <= max >> shift && amount << shift >= min) {
                return amount << shift;
            }
        }
        throw new IllegalArgumentException(key + " must be a size from " + min + " to " + max
                + " bytes, such as 512KB, 64MB or 2GB, got \"" + text + '"');
    }

    /** A duration such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 24h} or {@code 7d}. */
    public Duration duration(String key, Duration otherwise) {
        String text = text(key, format(otherwise)).strip();
        return parseDuration(text).orElseThrow(() -> new IllegalArgumentException(
                key + " must be a duration such as 500ms, 30s, 5m, 24h or 7d, got \"" + text + '"'));
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String key, boolean otherwise) {
        String text = text(key, Boolean.toString(otherwise)).strip().toLowerCase(Locale.ROOT);
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(key + " must be true or false, got \"" + text + '"');
        };
    }

    /**
     * What must not leave the process: {@code THROUGHLINE_REDACT_KEYS} adds names of keys, separated by commas,
     * {@code THROUGHLINE_REDACT_EMAIL} makes e-mail addresses secret, {@code THROUGHLINE_PROMPTS} says whether prompts
     * travel as {@code hash} (with their size) or as {@code text}.
     */
    public Redactor redactor() {
        List<String> keys = Arrays.stream(text("THROUGHLINE_REDACT_KEYS", "").split(",", -1)).map(String::strip)
                .filter(key -> !key.isEmpty()).toList();
        String prompts = text("THROUGHLINE_PROMPTS", "hash").strip().toLowerCase(Locale.ROOT);
        if (!prompts.equals("hash") && !prompts.equals("text")) {
            throw new IllegalArgumentException("THROUGHLINE_PROMPTS must be hash or text, got \"" + prompts + '"');
        }
        return new Redactor(RedactionRules.DEFAULT.withKeys(keys).withEmail(flag("THROUGHLINE_REDACT_EMAIL", false))
                .withPromptsAsText(prompts.equals("text")));
    }

    /**
     * The properties for every Kafka client: the bootstrap servers, and what {@code THROUGHLINE_KAFKA_<NAME>} says
     * ({@code THROUGHLINE_KAFKA_SASL_MECHANISM} is {@code sasl.mechanism}).
     */
    public Map<String, Object> kafka() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("bootstrap.servers", bootstrapServers());
        for (String variable : environment.keySet()) {
            if (variable.startsWith(KAFKA_PREFIX)) {
                String key = withoutFileSuffix(variable);
                String name = key.substring(KAFKA_PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
                properties.put(name, text(key, ""));
            }
        }
        return properties;
    }

    /** Whether any property of the Kafka clients is set besides the brokers. */
    boolean hasKafkaProperties() {
        return environment.keySet().stream().anyMatch(key -> key.startsWith(KAFKA_PREFIX));
    }

    /**
     * Refuses variables that are neither a setting of some part of the product nor were read so far; call it when
     * every part has read its own.
     */
    public void rejectUnknown() {
        Set<String> unknown = new TreeSet<>(environment.keySet());
        unknown.removeIf(key -> known(key) || known(withoutFileSuffix(key)));
        if (!unknown.isEmpty()) {
            Set<String> meant = new TreeSet<>();
            unknown.forEach(key -> SettingNames.nearest(withoutFileSuffix(key)).ifPresent(meant::add));
            Set<String> known = new TreeSet<>(names());
            known.addAll(effective.keySet());
            throw new IllegalArgumentException("unknown setting " + String.join(", ", unknown) + "; "
                    + (meant.isEmpty() ? "" : "did you mean " + String.join(", ", meant) + "? ") + "known are "
                    + String.join(", ", known) + " and THROUGHLINE_KAFKA_*");
        }
    }

    /** The settings of all parts of the product, without {@code THROUGHLINE_KAFKA_*}. */
    public static Set<String> names() {
        return SettingNames.ALL;
    }

    private boolean known(String key) {
        return SettingNames.ALL.contains(key) || key.startsWith(KAFKA_PREFIX) || effective.containsKey(key);
    }

    /** What was read so far, defaults included and secrets masked, for the one line that is logged at start. */
    public Map<String, String> effective() {
        Map<String, String> shown = new TreeMap<>(effective);
        shown.replaceAll((key, value) -> !value.isEmpty() && SECRET.matcher(key).find() ? "****" : value);
        return shown;
    }

    /** Reads a duration such as {@code 30s}; empty when it is none. */
    public static Optional<Duration> parseDuration(String text) {
        var matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long amount = Long.parseLong(matcher.group(1));
        return Optional.of(switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        });
    }

    private static String format(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    private @Nullable String value(String key) {
        String direct = environment.get(key);
        String file = environment.get(key + FILE_SUFFIX);
        if (direct != null && file != null) {
            throw new IllegalArgumentException(key + " and " + key + FILE_SUFFIX + " are both set; keep one");
        }
        if (file == null) {
            return direct == null || direct.isBlank() ? null : direct;
        }
        String content = content(key + FILE_SUFFIX, file);
        return content.isEmpty() ? null : content;
    }

    private static String content(String key, String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException | InvalidPathException e) {
            throw new IllegalArgumentException(key + " names a file that cannot be read: \"" + file + "\" ("
                    + e.getClass().getSimpleName() + ")", e);
        }
    }

    private static String withoutFileSuffix(String key) {
        return key.endsWith(FILE_SUFFIX) ? key.substring(0, key.length() - FILE_SUFFIX.length()) : key;
    }
}
