/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A body that cannot be read as what it claims to be. The message may be shown to the client. */
public final class MalformedBody extends RuntimeException {

    public MalformedBody(String message) {
        super(message, null, false, false);
    }

    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** What to say of a request's body that could not be read because of {@code e}. */
    public static MalformedBody of(IOException e) {
        if (e instanceof StreamConstraintsException) {
            return new MalformedBody("The request body is nested too deeply, or holds a number that is too long.");
        }
        if (e instanceof JsonProcessingException invalid) {
            return new MalformedBody("The request body is not valid JSON (near byte " + place(invalid.getLocation()) + ").");
        }
        return new MalformedBody("The request body could not be read as JSON.");
    }

    private static long place(@Nullable JsonLocation location) {
        if (location == null) {
            return 0;
        }
        return location.getByteOffset();
    }
}
