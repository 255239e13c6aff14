package io.throughline.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.throughline.event.RequestCompleted;
import io.throughline.trace.TraceContext;
import io.throughline.trace.TraceScope;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real servlet container: what it does to headers when something fails is its own affair. */
class ServletEdgeTest {

    private static final Queue<Map.Entry<RequestCompleted, TraceContext>> ANSWERED = new ConcurrentLinkedQueue<>();
    private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");
    private static Tomcat tomcat;

    /** Ends in the way that its path names. */
    private static final class Paths extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            switch (String.valueOf(request.getPathInfo())) {
                case "/error" -> response.sendError(418);
                case "/throw" -> throw new IllegalStateException("on purpose");
                case "/async" -> {
                    var async = request.startAsync();
                    Thread.ofVirtual().start(() -> {
                        response.setStatus(202);
                        async.complete();
                    });
                }
                case "/dispatch" -> {
                    if (request.getDispatcherType() == DispatcherType.REQUEST) {
                        var async = request.startAsync();
                        async.dispatch();
                    } else {
                        seen(response);
                    }
                }
                case "/timeout" -> request.startAsync().setTimeout(50);
                default -> seen(response);
            }
        }

        private static void seen(HttpServletResponse response) throws IOException {
            response.getWriter().print(TraceScope.current().map(TraceContext::traceId).orElse("none"));
        }
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        TOMCAT_LOG.setLevel(Level.OFF);
        tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        var connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        tomcat.setConnector(connector);
        var context = tomcat.addContext("", folder.toString());
        filter(context, "trace", new TraceServletFilter("shop",
                (event, trace) -> ANSWERED.add(Map.entry((RequestCompleted) event, trace))));
        filter(context, "refusal", (request, response, chain) -> {
            if (((HttpServletRequest) request).getRequestURI().endsWith("/refused")) {
                ((HttpServletResponse) response).sendError(401);
            } else {
                chain.doFilter(request, response);
            }
        });
        var paths = Tomcat.addServlet(context, "paths", new Paths());
        paths.setAsyncSupported(true);
        paths.addMapping("/api/*");
        paths.addMapping("/exact");
        paths.addMapping("/");
        tomcat.start();
    }

    private static void filter(org.apache.catalina.Context context, String name, jakarta.servlet.Filter filter) {
        var definition = new FilterDef();
        definition.setFilterName(name);
        definition.setFilter(filter);
        definition.setAsyncSupported("true");
        context.addFilterDef(definition);
        var map = new FilterMap();
        map.setFilterName(name);
        map.addURLPattern("/*");
        Arrays.stream(DispatcherType.values()).map(DispatcherType::name).forEach(map::setDispatcher);
        context.addFilterMap(map);
    }

    @AfterAll
    static void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }

    private static HttpResponse<String> get(String path, String traceId) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + path))
                    .header("X-Trace-ID", traceId).build(), BodyHandlers.ofString());
        }
    }

    @ParameterizedTest
    @CsvSource({"/api/ok, 200, /api/ok", "/exact, 200, /exact", "/api/error, 418, /api/error",
            "/api/throw, 500, /api/throw", "/api/refused, 401, /api/refused", "/api/async, 202, /api/async",
            "/api/dispatch, 200, /api/dispatch", "/api/timeout, 500, /api/timeout",
            "/other/17, 200, /other/{id}"})
    void everyEnding_carriesTheIdsAndIsToldOnce(String path, int status, String route) throws Exception {
        var answer = get(path, "trace" + path);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().allValues("X-Trace-ID")).containsExactly("trace" + path);
        assertThat(answer.headers().firstValue("X-Request-ID").orElse("none")).startsWith("req_");
        if (status == 200) {
            assertThat(answer.body()).isEqualTo("trace" + path);
        }
        await().untilAsserted(() -> assertThat(ANSWERED).anyMatch(told -> told.getValue().traceId().equals("trace"
                + path)));
        var told = ANSWERED.stream().filter(one -> one.getValue().traceId().equals("trace" + path)).toList();
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().getKey().statusCode()).isEqualTo(status);
        assertThat(told.getFirst().getKey().route()).isEqualTo(route);
    }

    @Test
    void threadOfTheContainer_keepsNothing() throws Exception {
        for (int i = 0; i < 20; i++) {
            String id = "bleed-" + i;
            assertThat(get("/api/ok", id).body()).isEqualTo(id);
        }
    }
}
