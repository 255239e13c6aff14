package io.throughline.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UserTableTest {

    private record Met(long user, long number) {}

    @Test
    void user_isMetOnceInEachSpanAndWindow() {
        for (int seed = 0; seed < 20; seed++) {
            var random = new Random(seed);
            var table = new UserTable();
            Set<Met> spans = new HashSet<>();
            Set<Met> windows = new HashSet<>();
            for (int i = 0; i < 5_000; i++) {
                // Every user's hash ends alike, so that rows collide.
                long user = (long) random.nextInt(300) << 40;
                long span = random.nextInt(30);
                int row = table.row(user);
                assertThat(table.meetInSpan(row, span)).isEqualTo(spans.add(new Met(user, span)));
                assertThat(table.meetInWindow(row, span / 30)).isEqualTo(windows.add(new Met(user, span / 30)));
            }
        }
    }

    @Test
    void userNotMetForLong_isForgottenAndTheOthersAreNot() {
        var table = new UserTable();
        for (long user = 1; user <= 1_000; user++) {
            table.meetInSpan(table.row(user), user);
        }
        table.dropBefore(900, 1_000);
        for (long user = 1; user <= 1_000; user++) {
            assertThat(table.meetInSpan(table.row(user), user)).as("user %d", user).isEqualTo(user < 900);
        }
    }

    @Test
    void spanFarFromTheNewest_isToldAgainRatherThanTakenForAnother() {
        var table = new UserTable();
        int row = table.row(7);
        assertThat(table.meetInSpan(row, 100)).isTrue();
        assertThat(table.meetInSpan(row, 69)).as("the oldest that has a bit").isTrue();
        assertThat(table.meetInSpan(row, 69)).isFalse();
        assertThat(table.meetInSpan(row, 68)).isTrue();
        assertThat(table.meetInSpan(row, 68)).as("not remembered").isTrue();
        assertThat(table.meetInSpan(row, 100L + (1L << 32))).as("beyond an int").isTrue();
        assertThat(table.meetInSpan(row, -31_000_000_000L)).as("in the year 0").isTrue();
        assertThat(table.meetInSpan(row, 100)).isFalse();
        assertThat(table.meetInSpan(row, 131)).isTrue();
        assertThat(table.meetInSpan(row, 100)).as("31 before the newest").isFalse();
        assertThat(table.meetInSpan(row, 132)).isTrue();
        assertThat(table.meetInSpan(row, 100)).as("32 before the newest").isTrue();
    }

    @Test
    void moreUsersThanTheLimit_areAllForgotten() {
        var table = new UserTable();
        for (long user = 1; user <= 1_001; user++) {
            table.meetInSpan(table.row(user), 5);
        }
        table.dropBefore(0, 1_000);
        assertThat(table.meetInSpan(table.row(1_001), 5)).isTrue();
    }
}
