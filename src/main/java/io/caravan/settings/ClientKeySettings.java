/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.settings;

import io.caravan.settings.value.Secret;
import java.util.List;

/**
 * Who may call the gateway.
 *
 * @param keys           the keys of clients; empty: nobody is asked for one
 * @param adminKey       the key of the admin endpoints, or null: a client key opens them
 * @param allowAnonymous whether another host than loopback may be served without keys
 */
public record ClientKeySettings(List<Secret> keys, Secret adminKey, boolean allowAnonymous) {}
