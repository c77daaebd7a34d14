/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.settings.value.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's keys, held as digests salted anew in each process: neither a heap dump nor a digest opens the door. A
 * key is compared with all of them in constant time.
 */
final class ClientKeys {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec salt;
    private final List<byte[]> digests;
    private final List<String> labels;

    ClientKeys(List<Secret> keys) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        salt = new SecretKeySpec(random, ALGORITHM);
        digests = keys.stream().map(key -> digest(key.reveal())).toList();
        labels = IntStream.rangeClosed(1, digests.size()).mapToObj(place -> "key-" + place).toList();
    }

    /** Whether no key is set, so that none is asked for. */
    public boolean isEmpty() {
        return digests.isEmpty();
    }

    /** Whether {@code candidate} is one of the keys; null is not. */
    public boolean accepts(@Nullable String candidate) {
        return label(candidate) != null;
    }

    /** What the key that {@code candidate} is may be called, by its place among them: {@code key-2}; null if it is none. */
    @Nullable String label(@Nullable String candidate) {
        if (candidate == null || digests.isEmpty()) {
            return null;
        }
        byte[] digest = digest(candidate);
        String found = null;
        for (int i = 0; i < digests.size(); i++) {
            if (MessageDigest.isEqual(digests.get(i), digest)) {
                found = labels.get(i);
            }
        }
        return found;
    }

    private byte[] digest(String key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(salt);
            return mac.doFinal(key.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java runtime has no " + ALGORITHM, e);
        }
    }
}
