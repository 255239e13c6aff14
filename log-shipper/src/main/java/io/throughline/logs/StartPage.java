package io.throughline.logs;

import com.sun.net.httpserver.HttpExchange;
import io.throughline.serve.HttpEndpoint;
import io.throughline.serve.Problem;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The page at {@code /}: what can be asked, and a form for a trace and for words. */
final class StartPage {

    private static final String STYLE = "body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;"
            + "padding:0 1rem}input{font:inherit;width:24rem;max-width:100%}button{font:inherit}dt{font-family:"
            + "monospace}";
    private static final byte[] PAGE = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Throughline logs</title><style>%s</style></head>
            <body>
            <h1>Throughline logs</h1>
            <p>Every log line and event by the trace it belongs to.</p>
            <form action="/" method="get"><p><label>Trace id<br>
            <input name="trace_id" required autocomplete="off" spellcheck="false"></label>
            <button>Show the trace</button></p></form>
            <form action="/api/v1/logs" method="get"><p><label>Words in message or stack trace<br>
            <input name="q" required maxlength="256"></label> <button>Search the logs</button></p></form>
            <h2>What can be asked</h2>
            <dl>
            <dt><a href="/api/v1/logs">/api/v1/logs</a></dt>
            <dd>Log lines as NDJSON, newest first. Parameters: trace_id, request_id, user_id, job_id, batch_id, service,
            logger, level, min_level, error_code, status_code, from, to (RFC 3339), q (words, &quot;a phrase&quot;),
            limit (100, at most 10,000), order (newest, oldest), cursor. The header X-Total-Matched tells how many there
            are, X-Next-Cursor is the cursor of the next page.</dd>
            <dt>/api/v1/traces/{trace_id}</dt>
            <dd>Log lines and events of one trace in causal order, and what is missing, as JSON.</dd>
            <dt><a href="/health">/health</a></dt><dd>200 when all is well, else 503 and why.</dd>
            <dt><a href="/metrics">/metrics</a></dt><dd>For Prometheus.</dd>
            </dl>
            </body></html>
            """.formatted(STYLE).getBytes(StandardCharsets.UTF_8);
    private static final String POLICY = "default-src 'none'; style-src 'sha256-" + Digests.sha256Base64(STYLE)
            + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private StartPage() {}

    static void show(HttpExchange exchange) throws IOException, Problem {
        String traceId = Parameters.split(exchange.getRequestURI().getRawQuery()).get("trace_id");
        if (traceId != null) {
            exchange.getResponseHeaders().set("Location",
                    Api.TRACES + URLEncoder.encode(traceId.strip(), StandardCharsets.UTF_8).replace("+", "%20"));
            HttpEndpoint.send(exchange, 303, "text/plain; charset=utf-8", new byte[0]);
            return;
        }
        exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        HttpEndpoint.send(exchange, 200, "text/html; charset=utf-8", PAGE);
    }
}
