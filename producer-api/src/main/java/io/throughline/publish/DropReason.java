package io.throughline.publish;

/** Why a {@link Publisher} gave a record up; a closed list. */
public enum DropReason {
    /** The memory was full, and nothing less important waited in it. */
    QUEUE_FULL("queue_full"),
    /** It had been waiting, and made room for a more important record. */
    SHED("shed"),
    /** It could not be made into a Kafka record. */
    NOT_ENCODABLE("not_encodable"),
    /** The brokers do not have its topic, and a quarter of the memory waits for such topics already. */
    NO_TOPIC("no_topic"),
    /** The brokers will not take it: too large, not permitted, no valid topic. */
    REFUSED("refused"),
    /** It was on disk and cannot be read any more. */
    SPILL_DAMAGED("spill_damaged"),
    /** The publisher was closed before it was acknowledged, and had no disk to leave it on. */
    CLOSED("closed");

    private final String label;

    DropReason(String label) {
        this.label = label;
    }

    /** The value of the label {@code reason}. */
    public String label() {
        return label;
    }
}
