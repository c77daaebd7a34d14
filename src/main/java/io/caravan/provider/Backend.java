/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What {@code PROXY_BACKEND}, a row of the model table or a route names.
 *
 * @param id      its name in routes, {@code models.yaml}, metrics and logs: lower-case letters, digits and dashes
 * @param setting the value of {@code PROXY_BACKEND} that chooses it
 * @param name    what people call it, such as {@code Azure Databricks}
 * @param apart   whether the health pages, the statistics and the start log have a part of their own for it
 */
public record Backend(String id, String setting, String name, boolean apart) {

    /** What stands where no backend is meant; none may be called so. */
    public static final String NONE = "none";

    private static final Pattern ID = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

    /** @throws IllegalArgumentException if the id cannot be one */
    public Backend {
        if (!ID.matcher(id).matches() || id.equals(NONE)) {
            throw new IllegalArgumentException("No backend can have the id " + id);
        }
    }

    /** One like most, without a part of its own on pages about several. */
    public Backend(String id, String setting, String name) {
        this(id, setting, name, false);
    }

    /** The member of JSON pages that holds its part, such as {@code azure_databricks}. */
    public String member() {
        return setting.toLowerCase(Locale.ROOT);
    }
}
