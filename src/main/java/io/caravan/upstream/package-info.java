/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Towards the upstream: the body and headers that go out, the credential, the status that comes back, the cut. Alone
 * knows Apache HttpClient. {@link UpstreamSteps} is its door.
 */
@NullMarked
package io.caravan.upstream;

import org.jspecify.annotations.NullMarked;
