package io.throughline.local.replay;

import io.throughline.local.ShipperClient;
import io.throughline.publish.Settings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether and where a log shipper is asked. */
final class StoreOptions {

    @Option(names = "--no-store", description = "asks no log shipper where records stand, but scans")
    private boolean noStore;

    @Option(names = "--url", paramLabel = "URL", //
            description = "the shipper; default THROUGHLINE_SHIPPER_URL, else http://localhost:8001")
    private @Nullable String url;

    /** A client, which the caller closes; null when none is to be asked. */
    @Nullable
    ShipperClient client(Settings settings) throws ShipperClient.Refused {
        return noStore ? null : ShipperClient.of(url, settings);
    }
}
