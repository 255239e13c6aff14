package io.throughline.local.demo;

import java.util.Locale;

/** The kinds of jobs that make a short video. */
enum JobType {
    SCRIPT("script-writer", 2, 1.0, 900, 420), STORYBOARD("script-writer", 2, 1.4, 1400, 300), IMAGE("image-generator",
            1, 3.2, 350, 90), VOICEOVER("video-renderer", 1, 2.4, 500, 160), VIDEO("video-renderer", 1, 8.0, 600, 120);

    private final String service;
    private final int calls;
    private final double renderSeconds;
    private final double promptTokens;
    private final double completionTokens;

    JobType(String service, int calls, double renderSeconds, double promptTokens, double completionTokens) {
        this.service = service;
        this.calls = calls;
        this.renderSeconds = renderSeconds;
        this.promptTokens = promptTokens;
        this.completionTokens = completionTokens;
    }

    /** As the label {@code job_type}. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The service that does it. */
    String service() {
        return service;
    }

    /** How many answers of language models it needs. */
    int calls() {
        return calls;
    }

    /** Median time for what is not a language model's. */
    double renderSeconds() {
        return renderSeconds;
    }

    /** Median length of a prompt. */
    double promptTokens() {
        return promptTokens;
    }

    /** Median length of an answer. */
    double completionTokens() {
        return completionTokens;
    }
}
