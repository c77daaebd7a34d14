package io.caravan.settings;

/** How the gateway shows an upstream who it is. */
public sealed interface Auth {

    /** {@code Authorization: Basic base64(user:password)}. */
    record Basic(String user, Secret password) implements Auth {}

    /** {@code Authorization: Bearer token}. */
    record Bearer(Secret token) implements Auth {}

    /** {@code x-api-key: key}. */
    record ApiKey(Secret key) implements Auth {}

    /** The client's own credential, as it came. */
    record PassThrough() implements Auth {}

    /** No credential at all. */
    record None() implements Auth {}
}
