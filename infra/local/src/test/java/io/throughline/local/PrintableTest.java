package io.throughline.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {

    @Test
    void controlCharacters_becomeEscapes() {
        assertThat(Printable.text("a\u001b[2Jb\r\nc\td\u0007e\u009bf")).isEqualTo(
                "a\\u001b[2Jb\\r\\nc\\td\\u0007e\\u009bf");
    }

    @Test
    void charactersThatReorderText_becomeEscapes() {
        assertThat(Printable.text("a\u202eb\u2028c")).isEqualTo("a\\u202eb\\u2028c");
    }

    @Test
    void otherText_staysAsItIs() {
        assertThat(Printable.text("Grüße, 世界 🎬")).isEqualTo("Grüße, 世界 🎬");
    }

    @ParameterizedTest
    @CsvSource({"abcdef,6,abcdef", "abcdef,5,abcd…", "世界世界,8,世界世界", "世界世界,6,世界…", "abc,1,…", "abc,0,''"})
    void text_isCutToItsColumns(String text, int width, String fitted) {
        assertThat(Printable.fit(text, width)).isEqualTo(fitted);
        assertThat(Printable.columns(Printable.fit(text, width))).isLessThanOrEqualTo(width);
    }

    @Test
    void paddedText_fillsItsColumns() {
        assertThat(Printable.pad("世", 4)).isEqualTo("世  ");
    }
}
