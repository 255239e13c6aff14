package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {

    @Test
    void lines_comeWithoutTheirEnds() throws IOException {
        assertThat(read("a\n\nb", 10)).containsExactly("a", "", "b");
    }

    @Test
    void nothing_hasNoLines() throws IOException {
        assertThat(read("", 10)).isEmpty();
    }

    @Test
    void lineLongerThanTheBuffer_isWhole() throws IOException {
        String longLine = "x".repeat(200_000);

        assertThat(read(longLine + "\ny\n", 300_000)).containsExactly(longLine, "y");
    }

    @Test
    void lineAboveTheLimit_isCutAndTheNextOneIsWhole() throws IOException {
        var lines = new Lines(stream("x".repeat(200_000) + "\ny\n"), 70_000);

        assertThat(lines.next()).hasSizeLessThanOrEqualTo(70_000);
        assertThat(lines.cut()).isTrue();
        assertThat(lines.next()).asString(StandardCharsets.UTF_8).isEqualTo("y");
        assertThat(lines.cut()).isFalse();
        assertThat(lines.bytes()).isEqualTo(200_003);
    }

    private static List<String> read(String text, int longest) throws IOException {
        var lines = new Lines(stream(text), longest);
        List<String> read = new ArrayList<>();
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            read.add(new String(line, StandardCharsets.UTF_8));
        }
        return read;
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
