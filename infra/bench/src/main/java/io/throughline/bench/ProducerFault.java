package io.throughline.bench;

/** What may be wrong with the brokers while a service goes on. */
enum ProducerFault implements Labelled {
    /** Nothing: to compare with. */
    NONE,
    /** Nobody listens where the broker should be. */
    STOPPED,
    /** The broker was stopped with SIGSTOP: connections stay, answers do not come. */
    PAUSED,
    /** The broker runs for 10 of each 100 ms. */
    SLOW,
    /** The broker will not authenticate the client. */
    REFUSED
}
