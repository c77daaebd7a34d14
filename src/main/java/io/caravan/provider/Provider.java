/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Setting;
import java.util.List;

/**
 * A kind of service that hosts models. An implementation has no state: everything it knows of an installation it reads
 * when it is asked, and hands on. It opens no connection, starts no thread, logs nothing and knows no route; what it says
 * of its upstreams is data, and how they spell their format is a {@link Dialect}. To add one: write its class, put it into
 * {@link Providers#builtIn} and give each of its backends a section in {@code models.yaml}.
 */
public interface Provider {

    /** The backends it offers, in the order in which they are listed everywhere; their names are its own alone. */
    List<Backend> backends();

    /**
     * The settings it reads, in the order in which they are listed. Their names begin with one word of its own, such as
     * {@code OPENROUTER_}; a property that begins so and is no setting stops the start.
     */
    List<Setting> settings();

    /**
     * One of its backends, as the settings have it. What is not set is no error but named in
     * {@link UpstreamSettings#missing}; what is set wrongly is a {@link io.caravan.settings.value.SettingsException}, also
     * where the backend is not the chosen one. Must not keep {@code reader}.
     */
    BackendSettings read(Backend backend, UpstreamReader reader);

    /** What an operator should be told at start of settings that have no effect, a line each, without secrets. */
    default List<String> warnings(UpstreamReader reader) {
        return List.of();
    }
}
