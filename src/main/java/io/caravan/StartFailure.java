/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

/** The gateway could not be started. The message is the innermost cause's, in one line. */
public final class StartFailure extends RuntimeException {

    public StartFailure(String message) {
        super(message);
    }

    StartFailure(Throwable cause) {
        super(innermost(cause), cause);
    }

    private static String innermost(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage().lines().findFirst().orElse("");
    }
}
