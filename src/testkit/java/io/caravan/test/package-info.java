/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The test kit, in a jar of its own ({@code caravan-<version>-test.jar}): a gateway in front of a simulator, for tests of one's own
 * pages. Needs JUnit 5 where {@link io.caravan.test.CaravanTest} is used.
 */
package io.caravan.test;
