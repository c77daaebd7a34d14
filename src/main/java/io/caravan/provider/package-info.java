/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What a provider is: one class each, in the one list {@link io.caravan.provider.Providers}. A provider offers
 * backends, a backend has upstreams, and each upstream speaks a dialect of a wire format. Knows {@code settings.value}
 * and {@code format}, and no Camel.
 */
@NullMarked
package io.caravan.provider;

import org.jspecify.annotations.NullMarked;
