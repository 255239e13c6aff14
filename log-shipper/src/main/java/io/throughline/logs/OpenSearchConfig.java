package io.throughline.logs;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where an OpenSearch cluster is and what our indexes are called there.
 *
 * @param url its address
 * @param index what the names of our indexes begin with
 * @param user the user, where the cluster asks for one
 * @param password that user's password
 */
public record OpenSearchConfig(URI url, String index, @Nullable String user, @Nullable String password) {

    /** Refuses a name that no index can have with {@link IllegalArgumentException}. */
    public OpenSearchConfig {
        if (!index.matches("[a-z0-9][a-z0-9_.-]{0,99}")) {
            throw new IllegalArgumentException("THROUGHLINE_OPENSEARCH_INDEX must consist of lower-case letters,"
                    + " digits, _, . and -, got \"" + index + '"');
        }
    }
}
