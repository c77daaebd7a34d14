/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.format.WireFormat;
import java.net.URI;
import java.util.Locale;

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
        URI root(WorkspaceUrl place) {
            return place.endpoints();
        }
    },

    /** {@code /ai-gateway/anthropic/v1/messages}. */
    GATEWAY {
        @Override
        URI root(WorkspaceUrl place) {
            return place.ownGateway();
        }
    };

    private static final String MESSAGES = "/anthropic/v1/messages";
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

    /** What Messages paths stand behind. */
    abstract URI root(WorkspaceUrl place);

    /** Where Messages requests go. */
    URI requests(WorkspaceUrl place) {
        return URI.create(root(place) + MESSAGES);
    }

    /** Where tokens are counted; it may have no such place. */
    URI counts(WorkspaceUrl place) {
        return URI.create(requests(place) + "/count_tokens");
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
}
