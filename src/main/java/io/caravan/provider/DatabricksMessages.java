/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.format.WireFormat;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The two doors of a workspace of Databricks that speak Messages: that of its model serving, and that of its own gateway,
 * which takes the names of Unity Catalog ({@code system.ai.claude-sonnet-4-5}) beside those of endpoints (ledger 5.15).
 */
enum DatabricksMessages implements Dialect {

    /** {@code /serving-endpoints/anthropic/v1/messages}. */
    NATIVE {
        @Override
        public String model(String name) {
            return endpoint(name);
        }

        @Override
        URI requests(String base) {
            return WorkspaceUrl.messages(base);
        }
    },

    /** {@code /ai-gateway/anthropic/v1/messages}. */
    GATEWAY {
        @Override
        URI requests(String base) {
            return URI.create(WorkspaceUrl.workspace(base) + ROOT + "/v1/messages");
        }
    };

    private static final String ROOT = "/ai-gateway/anthropic";
    private static final List<String> TAILS = List.of(ROOT + "/v1/messages", ROOT + "/v1", ROOT);
    private static final String CATALOG = "system.ai.";
    private static final String ENDPOINT = "databricks-";

    @Override
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public WireFormat format() {
        return WireFormat.MESSAGES;
    }

    /** Where Messages requests go in the workspace of {@code base}, as {@link WorkspaceUrl} has it. */
    abstract URI requests(String base);

    /** Where tokens are counted; it may have no such place. */
    URI counts(String base) {
        return URI.create(requests(base) + "/count_tokens");
    }

    /** The serving endpoint of the model that Unity Catalog knows by {@code name}; any other name as it is. */
    static String endpoint(String name) {
        if (!name.startsWith(CATALOG)) {
            return name;
        }
        String model = name.substring(CATALOG.length());
        if (model.startsWith(ENDPOINT)) {
            return model;
        }
        return ENDPOINT + model;
    }

    /** A workspace's URL without the path of Databricks' own gateway behind it; empty if that is not there. */
    static Optional<String> beforeGateway(String url) {
        String bare = url.replaceFirst("/+$", "");
        return TAILS.stream().filter(bare::endsWith).findFirst()
                .map(tail -> bare.substring(0, bare.length() - tail.length()));
    }
}
