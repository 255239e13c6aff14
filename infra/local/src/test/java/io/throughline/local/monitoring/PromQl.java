package io.throughline.local.monitoring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The names in an expression. It knows the tokens of PromQL, not its grammar: Prometheus itself says whether an expression
 * can be parsed.
 *
 * @param selectors each metric with the labels that its matchers name
 * @param grouping the labels after by, on, ignoring, without and group_left
 */
record PromQl(Map<String, Set<String>> selectors, Set<String> grouping) {

    private static final Pattern TOKEN = Pattern
            .compile("\"(?:[^\"\\\\]|\\\\.)*\"|\\[[^]]*]|[a-zA-Z_:][a-zA-Z0-9_:]*|[0-9.]+[a-z]*|=~|!~|!=|\\S");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");
    private static final Set<String> GROUPING = Set.of("by", "without", "on", "ignoring", "group_left", "group_right");

    static PromQl of(String expression) {
        List<String> tokens = TOKEN.matcher(expression).results().map(MatchResult::group).toList();
        Map<String, Set<String>> selectors = new LinkedHashMap<>();
        Set<String> grouping = new LinkedHashSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            String next = i + 1 < tokens.size() ? tokens.get(i + 1) : "";
            if (GROUPING.contains(token)) {
                List<String> labels = until(")", tokens, i + 2);
                grouping.addAll(labels.stream().filter(label -> !label.equals(",")).toList());
                i += labels.size() + 2;
            } else if (isName(token) && !next.equals("(") && !GROUPING.contains(next)
                    && !WORDS.contains(token)) {
                List<String> matchers = next.equals("{") ? until("}", tokens, i + 2) : List.of();
                selectors.computeIfAbsent(token, name -> new LinkedHashSet<>()).addAll(labels(matchers));
                i += matchers.isEmpty() ? 0 : matchers.size() + 2;
            }
        }
        return new PromQl(selectors, grouping);
    }

    private static boolean isName(String token) {
        return Character.isLetter(token.charAt(0)) || token.charAt(0) == '_';
    }

    private static List<String> until(String end, List<String> tokens, int from) {
        List<String> between = tokens.subList(from, tokens.size());
        return between.subList(0, between.indexOf(end));
    }

    private static List<String> labels(List<String> matchers) {
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < matchers.size(); i += 4) {
            labels.add(matchers.get(i));
        }
        return labels;
    }
}
