package io.throughline.bench;

/** What may be wrong with the brokers while a service goes on. */
enum ProducerFault {
    /** Nothing: to compare with. */
    NONE("none", "the broker is well"),
    /** Nobody listens where the broker should be. */
    STOPPED("stopped", "nobody listens on the port"),
    /** The broker was stopped with SIGSTOP: connections stay, answers do not come. */
    PAUSED("paused", "SIGSTOP for the whole measurement"),
    /** The broker runs for 10 of each 100 ms. */
    SLOW("slow", "SIGSTOP for 90 of each 100 ms"),
    /** The broker will not authenticate the client. */
    REFUSED("refused", "the broker refuses authentication");

    private final String label;
    private final String what;

    ProducerFault(String label, String what) {
        this.label = label;
        this.what = what;
    }

    String label() {
        return label;
    }

    String what() {
        return what;
    }
}
