package io.throughline.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.throughline.serve.HttpEndpoint;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The page in a real Chromium. {@code -Dthroughline.screenshots=DIR} keeps a picture of each state. */
@Timeout(120)
class PageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Markup, script and a broken quotation, as a log line may hold them. */
    private static final String CANARY = "<img src=x onerror=window.hacked=1><script>window.hacked=1</script>\\\"'>{{7*7}}";

    @TempDir
    private static Path profile;

    private static @Nullable ChromeDriver browser;

    private Tail tail = new Tail("page").start();
    @TempDir
    private Path dir;
    private LuceneStore store;
    private HttpEndpoint endpoint;
    private ChromeDriver page;
    private long offset;

    @BeforeAll
    static void open() {
        Path chromium = program("chromium", "chromium-browser", "google-chrome");
        Path driver = program("chromedriver");
        assumeTrue(chromium != null && driver != null,
                "chromium and chromedriver are not installed; ./throughline test fetches them");
        var options = new ChromeOptions();
        options.setBinary(String.valueOf(chromium));
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--force-device-scale-factor=1", "--user-data-dir=" + profile);
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        browser = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(new File(String.valueOf(
                driver))).build(), options);
        browser.manage().window().setSize(new Dimension(1400, 950));
    }

    @AfterAll
    static void quit() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void serve() throws IOException {
        page = Objects.requireNonNull(browser);
        store = Samples.store(dir);
        endpoint = Shipper.routes(HttpEndpoint.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Executors.newVirtualThreadPerTaskExecutor()), store, tail, URI.create("http://localhost:3000/"),
                Clock.systemUTC()).start();
        colours("light");
        page.manage().logs().get(LogType.BROWSER); // what earlier tests left behind
    }

    @AfterEach
    void stop() {
        page.get("about:blank");
        endpoint.close();
        tail.close();
        store.close();
    }

    @Test
    void search_showsWhatMatches_andRowsOpen() throws IOException {
        keep(Shorts.fiveServices());
        for (int i = 0; i < 150; i++) {
            keep(new Shorts("trace_%03d".formatted(i)).log(i % 3 == 0 ? "gateway" : "scheduler",
                    "%02d.%03d".formatted(i % 60, i), "job_id=job_" + i, i % 17 == 0
                            ? "WARNING"
                            : i % 23 == 0
                                    ? "ERROR"
                                    : "INFO",
                    "line number " + i + " of the batch"));
        }
        go("/");
        awaitRows(100);
        assertThat(text(".tools .status")).contains("153 lines");
        await().atMost(PATIENCE).until(() -> count(".histogram .slice") > 10);
        picture("search-light");
        colours("dark");
        picture("search-dark");
        colours("light");
        type("/");
        assertThat(page.switchTo().activeElement().getAttribute("id")).isEqualTo("ask");
        page.switchTo().activeElement().sendKeys("batch min_level:ERROR", Keys.ENTER);
        await().atMost(PATIENCE).until(() -> text(".tools .status").startsWith("6 lines"));
        type("j");
        type(Keys.ENTER);
        assertThat(text(".row.chosen .details")).contains("\"level\": \"ERROR\"", "job_id");
        picture("search-open");
        type(Keys.ESCAPE);
        assertThat(count(".details")).isZero();
        click(".more", false);
        assertThat(page.getCurrentUrl()).contains("min_level");
        noErrors();
    }

    @Test
    void pages_goOnWithTheCursor() throws IOException {
        for (int i = 0; i < 250; i++) {
            keep(new Shorts("t").log("api", "%02d.%03d".formatted(i % 60, i), "", "INFO", "n" + i));
        }
        go("/");
        awaitRows(100);
        click(".more", true);
        awaitRows(200);
        click(".more", true);
        awaitRows(250);
        assertThat(page.findElements(By.cssSelector(".row .message")).stream().map(WebElement::getText).distinct())
                .hasSize(250);
    }

    @Test
    void whatALogLineSays_isNeverMarkup() throws IOException {
        String id = "trace_<b>x";
        keep(new Shorts(id).log("api", "01", "job_id=j user_id=<i>u</i>", "ERROR", CANARY)
                .event("jobs", "<script>window.hacked=1</script>", "02", "job_id=j", "job.completed",
                        "\"job_id\":\"j\",\"job_type\":\"" + CANARY + "\",\"status\":\"failed\",\"error_code\":\""
                                + CANARY
                                + "\",\"duration_seconds\":1.5"));
        go("/");
        awaitRows(1);
        assertThat(text(".row .message")).contains("<img src=x onerror=window.hacked=1><script>");
        type("j");
        type(Keys.ENTER);
        picture("canary");
        type("t");
        await().atMost(PATIENCE).until(() -> count(".waterfall > li") == 2);
        for (WebElement head : page.findElements(By.cssSelector(".waterfall .head"))) {
            head.click();
        }
        assertThat(text("h1")).contains(id);
        assertThat(text(".waterfall")).contains("job <img src=x onerror=window.hacked=1>");
        picture("canary-trace");
        assertThat(page.executeScript("return typeof window.hacked")).isEqualTo("undefined");
        assertThat(page.executeScript("return document.querySelectorAll('main img, main script').length")).isEqualTo(
                0L);
        noErrors();
    }

    @Test
    void inlineScript_isForbiddenByThePolicy() {
        go("/");
        await().atMost(PATIENCE).until(() -> count(".notice") == 1);
        picture("empty");
        page.executeScript("const s = document.createElement('script'); s.textContent = 'window.inlined = 1';"
                + " document.body.append(s);");
        assertThat(page.executeScript("return typeof window.inlined")).isEqualTo("undefined");
        assertThat(page.executeScript("return performance.getEntriesByType('resource').map(e => e.name)"
                + ".filter(name => !name.startsWith(location.origin)).length")).isEqualTo(0L);
    }

    @Test
    void trace_isAWaterfallWithItsLines() throws IOException {
        keep(Shorts.fiveServices().event("jobs", "scheduler", "00.060", "batch_id=b1", "job.created",
                "\"job_id\":\"j3\",\"job_type\":\"voice\""));
        go("/trace/" + Shorts.TRACE);
        await().atMost(PATIENCE).until(() -> count(".waterfall .span") == 10);
        assertThat(text(".cards")).contains("$0.30", "1 of 3 calls unpriced", "450", "9.10 s");
        assertThat(text(".notes")).contains("job j3 was created and has not completed");
        assertThat(page.findElements(By.cssSelector(".waterfall .span.failed .what")).stream().map(WebElement::getText))
                .containsExactlyInAnyOrder("job video", "llm tts-1");
        assertThat(count(".waterfall li.line")).isEqualTo(3);
        assertThat(page.findElement(By.linkText("Open in Grafana ↗")).getAttribute("href")).startsWith(
                "http://localhost:3000/explore?").contains("traceID");
        picture("trace-light");
        colours("dark");
        picture("trace-dark");
        colours("light");
        type("j");
        type("e");
        type(Keys.ENTER);
        assertThat(text(".waterfall .chosen .details")).contains("render_failed");
        picture("trace-open");
        type("l");
        await().atMost(PATIENCE).until(() -> count(".waterfall li.line") == 0);
        type(Keys.ESCAPE);
        type(Keys.ESCAPE);
        await().atMost(PATIENCE).until(() -> page.getCurrentUrl().endsWith("/"));
        noErrors();
    }

    @Test
    void aTraceIdInTheBox_opensTheTrace_andAnUnknownOneIsTold() throws IOException {
        keep(Shorts.fiveServices());
        go("/");
        type("/");
        page.switchTo().activeElement().sendKeys(Shorts.TRACE, Keys.ENTER);
        await().atMost(PATIENCE).until(() -> count(".waterfall .span") == 9);
        keep(new Shorts("t2").log("api", "01", "", "INFO", "all is well"));
        go("/trace/t2");
        await().atMost(PATIENCE).until(() -> text(".badge").equals("complete"));
        assertThat(text("main")).doesNotContain("null", "undefined", "NaN");
        go("/trace/nobody");
        await().atMost(PATIENCE).until(() -> text("main").contains("Nothing is stored of this trace"));
        go("/?q=%22");
        await().atMost(PATIENCE).until(() -> text(".notice.error").contains("quotation mark"));
        picture("error");
    }

    @Test
    void anAnswerThatMissesAShippersPart_saysSo_andHowFarTheStoreHasCome() throws IOException {
        keep(Shorts.fiveServices());
        endpoint.close();
        try (var peers = new Peers(new LocalSearch(store, () -> Instant.parse("2026-01-28T15:30:00Z")), "a", List.of(
                "127.0.0.1:1"))) {
            endpoint = Shipper.routes(HttpEndpoint.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    Executors.newVirtualThreadPerTaskExecutor()), peers, tail, URI.create("http://localhost:3000/"),
                    Clock.systemUTC()).start();
            go("/");
            awaitRows(3);
            assertThat(text(".notice")).contains("Not everything was searched", "127.0.0.1:1 did not answer");
            assertThat(text(".tools .status")).contains("incomplete", "searchable up to");
            picture("incomplete");
            page.get("http://127.0.0.1:" + endpoint.port() + "/trace/" + Shorts.TRACE);
            await().atMost(PATIENCE).until(() -> text(".notes").contains("127.0.0.1:1 did not answer"));
            assertThat(text(".badge")).isEqualTo("incomplete");
            page.get("http://127.0.0.1:" + endpoint.port() + "/trace/nowhere");
            await().atMost(PATIENCE).until(() -> text(".notice").contains("127.0.0.1:1 did not answer"));
        }
    }

    @Test
    void liveTail_thatDoesNotHaveEverything_saysSo() throws IOException {
        endpoint.close();
        try (var peers = new Peers(new LocalSearch(store, Clock.systemUTC()::instant), "a", List.of("127.0.0.1:1"))) {
            endpoint = Samples.serve(peers, tail);
            go("/");
            await().atMost(PATIENCE).until(() -> text(".notice").contains("127.0.0.1:1 did not answer"));
            type("l");
            await().atMost(PATIENCE).until(() -> text(".tools .status").contains(
                    "new lines of 127.0.0.1:1 do not come here"));
            keep(new Shorts("live").log("gateway", "10", "", "INFO", "mine"));
            awaitRows(1);
            assertThat(text(".tools .status")).contains("1 line so far", "127.0.0.1:1 do not come here");
            picture("tail-incomplete");
        }
    }

    /** The page comes back with an id of a run that is over: what was committed meanwhile is not kept for it. */
    @Test
    void liveTail_thatWasAwayWhileTheShipperStartedAnew_showsWhereLinesMayBeMissing() throws IOException {
        go("/");
        await().atMost(PATIENCE).until(() -> !text(".tools .status").isEmpty());
        type("l");
        await().atMost(PATIENCE).until(() -> tail.readers() == 1);
        keep(new Shorts("live").log("gateway", "10", "", "INFO", "before"));
        awaitRows(1);
        int port = endpoint.port();
        endpoint.close();
        await().atMost(PATIENCE).until(() -> text(".tools .status").contains("broke off, trying again"));
        tail = new Tail("next").start();
        endpoint = Shipper.routes(HttpEndpoint.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                Executors.newVirtualThreadPerTaskExecutor()), store, tail, URI.create("http://localhost:3000/"),
                Clock.systemUTC()).start();
        await().atMost(PATIENCE).until(() -> text("li.dropped").contains("Lines may be missing here"));
        keep(new Shorts("live").log("gateway", "20", "", "INFO", "after"));
        awaitRows(2);
        assertThat(page.findElements(By.cssSelector("li .message, li.dropped")).stream().map(WebElement::getText))
                .as("newest first").satisfiesExactly(one -> assertThat(one).isEqualTo("after"), two -> assertThat(two)
                        .startsWith("Lines may be missing"), three -> assertThat(three).isEqualTo("before"));
        picture("tail-again");
    }

    @Test
    void aWordThatLooksLikeAnId_isOneOnlyWithADigit() throws IOException {
        keep(new Shorts("t").log("api", "01", "user_id=user_7", "INFO", "user_not_found").log("api", "02", "", "INFO",
                "user_7 is gone"));
        go("/?ask=user_not_found");
        awaitRows(1);
        assertThat(text(".row .message")).isEqualTo("user_not_found");
        go("/?ask=user_7");
        awaitRows(1);
        assertThat(text(".row .message")).isEqualTo("user_not_found");
    }

    @Test
    void liveTail_showsLinesAsTheyAreCommitted() throws IOException {
        keep(Shorts.fiveServices());
        go("/?min_level=INFO");
        awaitRows(3);
        type("l");
        await().atMost(PATIENCE).until(() -> tail.readers() == 1);
        for (int i = 0; i < 20; i++) {
            keep(new Shorts("live").log("gateway", "%02d".formatted(10 + i), "", i % 5 == 0 ? "ERROR" : "INFO",
                    "live line " + i));
        }
        awaitRows(23);
        assertThat(text(".row .message")).isEqualTo("live line 19");
        assertThat(text(".tools .status")).contains("20 lines so far");
        assertThat(text(".row:last-child .message")).as("what was stored before stays below").isNotEmpty();
        picture("tail");
        type("l");
        await().atMost(PATIENCE).until(() -> {
            keep(new Shorts("x").log("gateway", "50", "", "INFO", "nobody listens"));
            return tail.readers() == 0;
        });
        noErrors();
    }

    @Test
    void files_makeMarkupOfNothing() throws IOException {
        for (String name : List.of("app.js", "dom.js", "query.js", "search.js", "histogram.js", "trace.js",
                "index.html")) {
            try (var in = PageTest.class.getResourceAsStream("page/" + name)) {
                String text = new String(Objects.requireNonNull(in, name).readAllBytes(),
                        StandardCharsets.UTF_8);
                assertThat(text).as(name).doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML",
                        "document.write", "eval(", "new Function")
                        .doesNotContainPattern("(src|href|import|fetch)\\W+https?:");
            }
        }
    }

    private void keep(Shorts shorts) throws IOException {
        for (Entry e : shorts.entries()) {
            var entry = new Entry(e.kind(), e.partition(), offset++, e.timestamp(), e.context(), e.service(), e
                    .logger(), e.level(), e.errorCode(), e.statusCode(), e.text(), e.json());
            store.append(entry);
            tail.taken(entry);
        }
        store.refresh();
        tail.committed();
    }

    private void go(String path) {
        page.get("http://127.0.0.1:" + endpoint.port() + path);
    }

    private void awaitRows(int rows) {
        await().atMost(PATIENCE).until(() -> count(".row") == rows);
    }

    private int count(String selector) {
        return page.findElements(By.cssSelector(selector)).size();
    }

    private String text(String selector) {
        List<WebElement> found = page.findElements(By.cssSelector(selector));
        return found.isEmpty() ? "" : found.getFirst().getText();
    }

    private void type(CharSequence keys) {
        page.switchTo().activeElement().sendKeys(keys);
    }

    private void click(String selector, boolean required) {
        List<WebElement> found = page.findElements(By.cssSelector(selector));
        if (required || !found.isEmpty()) {
            found.getFirst().click();
        }
    }

    private void colours(String scheme) {
        page.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features", List.of(Map.of("name",
                "prefers-color-scheme", "value", scheme))));
    }

    private void noErrors() {
        assertThat(page.manage().logs().get(LogType.BROWSER).getAll().stream().filter(entry -> entry.getLevel()
                .intValue() >= Level.SEVERE.intValue()).map(LogEntry::getMessage)
                .filter(message -> !message.contains("404"))).isEmpty();
    }

    private void picture(String name) {
        String folder = System.getProperty("throughline.screenshots");
        if (folder != null) {
            try {
                Files.createDirectories(Path.of(folder));
                Files.write(Path.of(folder, name.toLowerCase(Locale.ROOT) + ".png"), page.getScreenshotAs(
                        OutputType.BYTES));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static @Nullable Path program(String... names) {
        return Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator)).flatMap(folder -> Stream.of(
                names).map(name -> Path.of(folder, name))).filter(Files::isExecutable).findFirst().orElse(null);
    }
}
