/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Secret;
import java.net.URI;

/** How the gateway shows an upstream who it is. */
public sealed interface Auth {

    /** {@code basic}, {@code bearer}, {@code oauth}, {@code api-key}, {@code header}, {@code pass-through} or {@code none}. */
    String scheme();

    /** {@code Authorization: Basic base64(user:password)}. */
    record Basic(String user, Secret password) implements Auth {
        @Override
        public String scheme() {
            return "basic";
        }
    }

    /** {@code Authorization: Bearer token}. */
    record Bearer(Secret token) implements Auth {
        @Override
        public String scheme() {
            return "bearer";
        }
    }

    /** {@code Authorization: Bearer}, with a token fetched from {@code tokenUrl} by client credentials. */
    record OAuth(URI tokenUrl, String clientId, Secret clientSecret) implements Auth {

        /** Whether {@code id} can stand before the colon of Basic. */
        static boolean isClientId(String id) {
            return Secret.fitsHeader(id) && id.indexOf(':') < 0;
        }

        @Override
        public String scheme() {
            return "oauth";
        }
    }

    /** {@code x-api-key: key}. */
    record ApiKey(Secret key) implements Auth {
        @Override
        public String scheme() {
            return "api-key";
        }
    }

    /** A key in a header of any name, as it is. */
    record Header(String name, Secret key) implements Auth {
        @Override
        public String scheme() {
            return "header";
        }
    }

    /**
     * The client's own credential, as it came.
     *
     * @param setting the name of the setting that would give the gateway a credential of its own
     */
    record PassThrough(String setting) implements Auth {
        @Override
        public String scheme() {
            return "pass-through";
        }
    }

    /** No credential at all. */
    record None() implements Auth {
        @Override
        public String scheme() {
            return "none";
        }
    }
}
