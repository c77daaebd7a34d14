/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Towards the upstream: the body and headers that go out, the credential, the status that comes back, the cut. Alone
 * knows Apache HttpClient.
 */
package io.caravan.upstream;
