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

    String command() {
        return "./throughline bench producer --records " + records + " --rounds " + rounds;
    }
}
