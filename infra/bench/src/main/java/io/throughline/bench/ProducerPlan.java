package io.throughline.bench;

/**
 * What is to be measured.
 *
 * @param records calls in each part of a run
 * @param rounds how often each variant runs
 */
record ProducerPlan(int records, int rounds) {

    static final int FEWEST_RECORDS = 1_000;
    static final int MOST_RECORDS = 1_000_000;

    /** Refuses numbers out of range with {@link IllegalArgumentException}. */
    ProducerPlan {
        if (records < FEWEST_RECORDS || records > MOST_RECORDS) {
            throw new IllegalArgumentException(
                    "--records must be from " + FEWEST_RECORDS + " to " + MOST_RECORDS + ", got " + records);
        }
        if (rounds < 1 || rounds > Plan.MOST_ROUNDS) {
            throw new IllegalArgumentException(
                    "--rounds must be from 1 to " + Plan.MOST_ROUNDS + ", got " + rounds);
        }
    }

    String command() {
        return "./throughline bench producer --records " + records + " --rounds " + rounds;
    }
}
