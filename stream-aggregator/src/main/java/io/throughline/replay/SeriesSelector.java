package io.throughline.replay;

import io.throughline.aggregate.Label;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Nanos;
import io.throughline.aggregate.Series;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Series as PromQL names them: {@code llm_requests_total{model="gpt-4o",status!="success"}}. Of PromQL it takes a name
 * and the matchers {@code =} and {@code !=}; a histogram can be named by its {@code _count}, {@code _sum} or, with a
 * matcher for {@code le}, {@code _bucket}.
 *
 * @param metric of the catalogue
 * @param aspect what of a histogram is meant
 * @param bound the upper bound of the bucket in nano-units, when that is what is meant
 * @param matchers all of which a series has to fulfil
 */
public record SeriesSelector(Metric metric, Aspect aspect, long bound, List<Matcher> matchers) {

    /** What is asked of a label. */
    public record Matcher(String label, boolean equal, String value) {}

    /** What of an observation is summed up. */
    public enum Aspect {
        /** The amount itself. */
        AMOUNT(""),
        /** One for each observation of a histogram. */
        COUNT("_count"),
        /** The value that a histogram observed. */
        SUM("_sum"),
        /** One for each observation up to a bound. */
        BUCKET("_bucket");

        private final String suffix;

        Aspect(String suffix) {
            this.suffix = suffix;
        }
    }

    /** Keeps a copy. */
    public SeriesSelector {
        matchers = List.copyOf(matchers);
    }

    /** Reads a selector; {@link IllegalArgumentException} says at which column what was expected. */
    public static SeriesSelector parse(String text) {
        return new Parser(text).selector();
    }

    /** Whether a series is meant. */
    public boolean matches(Series series) {
        return series.metric() == metric && matchers.stream().allMatch(matcher -> {
            int index = labels(metric).indexOf(matcher.label());
            return series.labelValues().get(index).equals(matcher.value()) == matcher.equal();
        });
    }

    /** What an observation of that amount adds, in nano-units. */
    public long amount(long nanos) {
        return switch (aspect) {
            case AMOUNT, SUM -> nanos;
            case COUNT -> Nanos.ONE;
            case BUCKET -> nanos <= bound ? Nanos.ONE : 0;
        };
    }

    private static List<String> labels(Metric metric) {
        return metric.labels().stream().map(Label::name).toList();
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        SeriesSelector selector() {
            skipBlanks();
            int start = at;
            String name = name();
            Aspect aspect = aspect(name);
            Metric metric = Metric.named(name.substring(0, name.length() - aspect.suffix.length()));
            if (metric == null) {
                at = start;
                throw expected(name.isEmpty()
                        ? "the name of a metric"
                        : "a metric of the catalogue instead of \"" + name + "\"; " + MetricNames.hint(name));
            }
            if (aspect == Aspect.AMOUNT && metric.kind() == Metric.Kind.HISTOGRAM) {
                aspect = Aspect.COUNT;
            }
            List<Matcher> matchers = new ArrayList<>();
            @Nullable
            String bound = null;
            if (sign("{")) {
                while (!sign("}")) {
                    Matcher matcher = matcher(metric, aspect);
                    if (matcher.label().equals("le")) {
                        bound = matcher.value();
                    } else {
                        matchers.add(matcher);
                    }
                    if (!sign(",") && !ahead("}")) {
                        throw expected("\",\" or \"}\"");
                    }
                }
            }
            if (at < text.length()) {
                throw expected("the end; functions, ranges and operators are PromQL's, not explain's");
            }
            if (aspect == Aspect.BUCKET && bound == null) {
                throw expected("{le=\"…\"} to say which bucket");
            }
            return new SeriesSelector(metric, aspect, nanos(bound), matchers);
        }

        private static Aspect aspect(String name) {
            return Arrays.stream(Aspect.values()).filter(each -> !each.suffix.isEmpty() && name.endsWith(each.suffix))
                    .filter(each -> {
                        Metric metric = Metric.named(name.substring(0, name.length() - each.suffix.length()));
                        return metric != null && metric.kind() == Metric.Kind.HISTOGRAM;
                    }).findFirst().orElse(Aspect.AMOUNT);
        }

        private long nanos(@Nullable String bound) {
            if (bound == null || bound.equals("+Inf")) {
                return Long.MAX_VALUE;
            }
            try {
                return Nanos.of(new BigDecimal(bound));
            } catch (ArithmeticException | NumberFormatException e) {
                throw new IllegalArgumentException(
                        "le must be the upper bound of a bucket such as \"0.5\", got \"" + bound
                                + '"',
                        e);
            }
        }

        private Matcher matcher(Metric metric, Aspect aspect) {
            skipBlanks();
            int start = at;
            String label = name();
            boolean known = labels(metric).contains(label) || (aspect == Aspect.BUCKET && label.equals("le"));
            if (!known) {
                at = start;
                throw expected("a label of " + metric.metricName() + ", which has "
                        + (metric.labels().isEmpty() ? "none" : String.join(", ", labels(metric))));
            }
            boolean different = sign("!=");
            if (!different && (ahead("=~") || ahead("!~") || !sign("="))) {
                throw expected("= or != after \"" + label + "\" (regular expressions are not read)");
            }
            return new Matcher(label, !different, quoted());
        }

        private String quoted() {
            skipBlanks();
            if (!ahead("\"") && !ahead("'")) {
                throw expected("a value in quotes");
            }
            char quote = text.charAt(at++);
            var value = new StringBuilder();
            while (at < text.length() && text.charAt(at) != quote) {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                    value.append(text.charAt(at) == 'n' ? '\n' : text.charAt(at));
                    at++;
                } else {
                    value.append(text.charAt(at++));
                }
            }
            if (at == text.length()) {
                throw expected("a closing " + quote);
            }
            at++;
            return value.toString();
        }

        private String name() {
            int start = at;
            while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_'
                    || text.charAt(at) == ':')) {
                at++;
            }
            return text.substring(start, at);
        }

        private boolean ahead(String sign) {
            skipBlanks();
            return text.startsWith(sign, at);
        }

        private boolean sign(String sign) {
            boolean found = ahead(sign);
            at += found ? sign.length() : 0;
            skipBlanks();
            return found;
        }

        private void skipBlanks() {
            while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
        }

        private IllegalArgumentException expected(String what) {
            return new IllegalArgumentException("column " + (at + 1) + ": expected " + what + "\n  " + text + "\n  "
                    + " ".repeat(at) + '^');
        }
    }

    /** The series as PromQL writes it. */
    public static String text(String name, Map<String, String> labels) {
        return labels.isEmpty()
                ? name
                : labels.entrySet().stream().map(label -> label.getKey() + "=\"" + escaped(label.getValue()) + '"')
                        .collect(Collectors.joining(",", name + "{", "}"));
    }

    /** The series as PromQL writes it. */
    public static String text(Series series) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (int i = 0; i < series.labelValues().size(); i++) {
            labels.put(series.metric().labels().get(i).name(), series.labelValues().get(i));
        }
        return text(series.metric().metricName(), labels);
    }

    static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
