package io.throughline.expose;

import static io.throughline.expose.WindowData.distribution;
import static io.throughline.expose.WindowData.key;
import static io.throughline.expose.WindowData.series;
import static io.throughline.expose.WindowData.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.throughline.aggregate.CombineConfig;
import io.throughline.aggregate.Metric;
import io.throughline.aggregate.Series;
import io.throughline.publish.Settings;
import io.throughline.serve.Health;
import io.throughline.serve.HttpEndpoint;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

/**
 * The overview in a real Chromium. {@code -Dthroughline.screenshots=DIR} keeps a picture of each state of the page.
 */
class OverviewPageTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private static Path profile;

    private static ChromeDriver chromium;
    private static HttpEndpoint http;
    private static volatile WindowStore store = new WindowStore(Duration.ofHours(24));
    private static volatile Health.Check ready = new Health.Check("windows", true, "");

    @BeforeAll
    static void open() throws IOException {
        http = serve();
        Path browser = program("chromium", "chromium-browser", "google-chrome");
        Path driver = program("chromedriver");
        assumeTrue(browser != null && driver != null, "chromium and chromedriver are not on the PATH");
        var options = new ChromeOptions();
        options.setBinary(browser.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--force-device-scale-factor=1", "--user-data-dir=" + profile);
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        chromium = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(driver.toFile()).build(),
                options);
        chromium.manage().window().setSize(new Dimension(1440, 1500));
    }

    @AfterAll
    static void close() {
        if (chromium != null) {
            chromium.quit();
        }
        http.close();
    }

    @BeforeEach
    void fill() {
        store = new WindowStore(Duration.ofHours(24));
        ready = new Health.Check("windows", true, "");
    }

    @Test
    void numbersAndCharts_areDrawnFromTheWindows_withNothingFromOutside() throws IOException {
        traffic(180);
        show("system-light", "light");
        assertThat(state("success_rate")).isEqualTo("good");
        assertThat(state("active_jobs")).isEqualTo("warning");
        assertThat(state("cache_hit_rate")).isEqualTo("bad");
        assertThat(text("#kpi-active_jobs .value")).isEqualTo("63");
        assertThat(text("#kpi-error_rate .foot")).contains("target < 5 %", "alert > 5 %");
        await("every chart has its points", () -> count(".chart[data-points]:not([data-points='0']) canvas") == 6);
        await("it says how far it is complete", () -> text("#status").contains("complete up to"));
        assertThat(text("#chart-jobs .legend")).contains("success", "failed");
        assertThat(text("#chart-llm .legend")).contains("gpt-4o");
        assertThat(chromium.executeScript("return performance.getEntriesByType('resource').map(e => e.name)"
                + ".filter(name => !name.startsWith(location.origin)).length")).isEqualTo(0L);
        picture("light");
        assertNoErrors();
    }

    @Test
    void rangeAndTheme_areChosenWithTheKeyboard_andRemembered() throws IOException {
        traffic(1_400);
        show("dark", "dark");
        WebElement hour = chromium.findElement(By.cssSelector("input[name=range]:checked"));
        hour.sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
        await("the day is drawn", () -> text("#chart-jobs .unit").contains("each point 10m"));
        chromium.findElement(By.id("theme")).sendKeys(Keys.ENTER);
        assertThat(theme()).isEqualTo("light");
        chromium.findElement(By.id("theme")).sendKeys(Keys.ENTER);
        assertThat(theme()).isEqualTo("dark");
        chromium.navigate().refresh();
        await("the range is remembered", () -> text("#chart-jobs .unit").contains("each point 10m"));
        assertThat(theme()).isEqualTo("dark");
        await("every chart has its points", () -> count(".chart[data-points]:not([data-points='0']) canvas") == 6);
        picture("dark");
        chromium.manage().window().setSize(new Dimension(420, 2600));
        picture("narrow");
        assertThat(chromium.executeScript("return document.documentElement.scrollWidth <= innerWidth"))
                .as("nothing is wider than a small screen").isEqualTo(true);
        chromium.manage().window().setSize(new Dimension(1440, 1500));
        assertNoErrors();
    }

    @Test
    void newEvents_appearWithoutAReload() {
        show("live", "light");
        await("the empty page says what to do", () -> text("#banner").contains("./throughline up --demo"));
        assertThat(text("#kpi-success_rate .value")).isEqualTo("nothing yet");
        await("an empty chart says what it lacks", () -> text("#chart-jobs").contains(
                "No job was completed in the last hour"));
        picture("empty");
        traffic(30);
        await("numbers appear", () -> text("#kpi-success_rate .value").contains("%"));
        await("so do lines", () -> count("#chart-jobs canvas") == 1);
    }

    @Test
    void aggregatorThatIsNotReady_isTold_andAskedAgain() {
        ready = new Health.Check("windows", false, "reading what was committed before, in partitions [2]");
        show("unready", "light");
        await("it says why", () -> text("#banner").contains("reading what was committed before"));
        ready = new Health.Check("windows", true, "");
        traffic(30);
        await("it goes on by itself", () -> !chromium.findElement(By.id("banner")).isDisplayed());
    }

    private static HttpEndpoint serve() throws IOException {
        Clock clock = Clock.systemUTC();
        var served = HttpEndpoint.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Executors.newVirtualThreadPerTaskExecutor());
        served.route("/api/v1/windows", exchange -> new WindowsApi(store, () -> ready, progress(clock), clock)
                .handle(exchange));
        served.route("/api/v1/overview", exchange -> new Overview(store, () -> ready, progress(clock),
                () -> OptionalDouble.of(63), Map.of("Logs and traces", "http://localhost:8001", "Grafana",
                        "http://localhost:3000"),
                clock).handle(exchange));
        new OverviewPage().route(served);
        return served.start();
    }

    private static Progress progress(Clock clock) {
        var lag = new LagWatch(CombineConfig.from(Settings.of(Map.of())), clock);
        lag.take(clock.millis(), Map.of(new TopicPartition("throughline.jobs", 0), 0L));
        return new Progress(store, lag, List.of("throughline.jobs"), Duration.ofHours(1));
    }

    /** Minutes of traffic up to now. */
    private static void traffic(int minutes) {
        var random = new SplittableRandom(7);
        Instant now = Instant.now();
        WindowStore filled = store;
        for (int ago = minutes; ago >= 0; ago--) {
            Instant start = Instant.ofEpochSecond(now.getEpochSecond() / 60 * 60).minusSeconds(60L * ago);
            double wave = 1 + 0.4 * Math.sin(ago / 40.0);
            put(filled, start, series(Metric.JOBS_COMPLETED, "video", "success"), 30 * wave + random.nextInt(6));
            put(filled, start, series(Metric.JOBS_COMPLETED, "video", "failed"), random.nextInt(3));
            put(filled, start, series(Metric.JOBS_COMPLETED, "script", "cancelled"), random.nextInt(2));
            put(filled, start, series(Metric.HTTP_REQUESTS, "api", "200"), 900 * wave + random.nextInt(100));
            put(filled, start, series(Metric.LLM_REQUESTS, "gpt-4o", "success"), 240 * wave + random.nextInt(40));
            put(filled, start, series(Metric.CACHE_HITS), 45 + random.nextInt(10));
            put(filled, start, series(Metric.CACHE_MISSES), 58 + random.nextInt(10));
            filled.apply(key(series(Metric.JOB_DURATION_SECONDS, "video"), "", 0, 0, start), distribution(
                    Metric.JOB_DURATION_SECONDS, values(random, 40, 0.2, 1.1)));
            for (String model : List.of("gpt-4o", "gpt-4o-mini", "claude-sonnet-4", "gemini-2.5-pro")) {
                filled.apply(key(series(Metric.LLM_LATENCY_SECONDS, model), "", 0, 0, start), distribution(
                        Metric.LLM_LATENCY_SECONDS, values(random, 30, 0.1 * model.length(), 0.6)));
                filled.apply(key(series(Metric.LLM_COST_USD, model), "", 0, 0, start),
                        sum(String.format(Locale.ROOT, "%.6f", wave * model.length() / 200.0)));
            }
            WindowData.watermark(filled, 0, (ago == 0 ? now : start.plusSeconds(59)).toString());
        }
    }

    private static void put(WindowStore into, Instant start, Series of, double amount) {
        into.apply(key(of, "", 0, 0, start), sum(Long.toString(Math.round(amount))));
    }

    private static double[] values(SplittableRandom random, int count, double least, double spread) {
        return IntStream.range(0, count).mapToDouble(i -> least + Math.round(1e3 * spread / 4
                * -Math.log(1 - random.nextDouble())) / 1e3).toArray();
    }

    private static void show(String named, String theme) {
        chromium.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features",
                List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
        String page = "http://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + http.port() + "/";
        chromium.get(page + "style.css");
        chromium.executeScript("localStorage.clear()");
        // What the page before has said, and the browser about a page without an icon.
        var unused = chromium.manage().logs().get(LogType.BROWSER);
        chromium.get(page + "?" + named);
    }

    private static void assertNoErrors() {
        assertThat(chromium.manage().logs().get(LogType.BROWSER).getAll()).extracting(LogEntry::toString)
                .as("what the console says, violations of the content security policy included").isEmpty();
    }

    private static String state(String kpi) {
        await("the number is there", () -> count("#kpi-" + kpi) == 1);
        return String.valueOf(chromium.findElement(By.id("kpi-" + kpi)).getDomAttribute("data-state"));
    }

    private static String theme() {
        return String.valueOf(chromium.executeScript("return document.documentElement.dataset.theme"));
    }

    private static String text(String selector) {
        return String.valueOf(chromium.executeScript(
                "return document.querySelector(arguments[0])?.innerText ?? ''", selector));
    }

    private static long count(String selector) {
        return chromium.findElements(By.cssSelector(selector)).size();
    }

    private static void await(String what, BooleanSupplier condition) {
        try {
            Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(condition::getAsBoolean);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(what + " did not happen; the page says: " + text("body"), e);
        }
    }

    private static void picture(String name) {
        String directory = System.getProperty("throughline.screenshots");
        if (directory != null) {
            try {
                Files.write(Files.createDirectories(Path.of(directory)).resolve(name + ".png"),
                        chromium.getScreenshotAs(OutputType.BYTES));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static @Nullable Path program(String... names) {
        return Stream.of(names).flatMap(name -> Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))).filter(Files::isExecutable).findFirst().orElse(null);
    }
}
