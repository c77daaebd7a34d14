/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

/** The chat dialects of the built-in providers, called as the folders of their golden files. */
public enum Dialects {
    DATABRICKS(new DatabricksInvocations()), OPENROUTER(new OpenRouterChat()), LITELLM(new LiteLlmChat());

    private final ChatDialect dialect;

    Dialects(ChatDialect dialect) {
        this.dialect = dialect;
    }

    public ChatDialect chat() {
        return dialect;
    }
}
