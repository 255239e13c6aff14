package io.throughline.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerTest {

    @Test
    void afterTheSeal_nothingIsPending_whatTheThreadStillDoes() {
        var ledger = new Ledger();
        long first = ledger.accept();
        assertThat(ledger.acceptReport()).isEqualTo(first + 1);

        ledger.seal();
        ledger.acknowledged(1, 0);
        ledger.dropped(DropReason.SHED);
        ledger.spilled();

        assertThat(ledger.acceptReport()).isEqualTo(-1);
        Accounting last = ledger.now();
        assertThat(last.pending()).isZero();
        assertThat(last.accepted()).isEqualTo(2);
        assertThat(last.reports()).isEqualTo(1);
        assertThat(last.dropped(DropReason.CLOSED)).isEqualTo(2);
    }
}
