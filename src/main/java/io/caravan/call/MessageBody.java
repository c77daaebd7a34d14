/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** What a step of a page has left as a message's body, as bytes. */
final class MessageBody {

    private MessageBody() {
    }

    /**
     * The body of {@code exchange}'s message: as it is where it is text or bytes, or can be read as those, and written as JSON
     * where it is a tree, a map or a list.
     *
     * @param what it should be, for the words of a failure
     * @throws Failure {@link Kind#PAGE_CHANGED} if it is nothing of these
     */
    static byte[] bytes(Exchange exchange, String what) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof CharSequence text) {
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }
        if (isTree(body)) {
            return written(body, exchange, what);
        }
        byte[] read = exchange.getContext().getTypeConverter().tryConvertTo(byte[].class, exchange, body);
        if (read == null) {
            throw changed(exchange, what, "something that is neither text nor JSON" + kind(body));
        }
        return read;
    }

    private static boolean isTree(@Nullable Object body) {
        return body instanceof Map || body instanceof Collection || body instanceof JsonNode;
    }

    private static String kind(@Nullable Object body) {
        if (body == null) {
            return ": nothing";
        }
        return ": " + body.getClass().getSimpleName();
    }

    private static byte[] written(Object tree, Exchange exchange, String what) {
        try {
            return Json.MAPPER.writeValueAsBytes(tree);
        } catch (JsonProcessingException e) {
            throw changed(exchange, what, "a " + tree.getClass().getSimpleName() + " that cannot be written as JSON");
        }
    }

    /** As {@link #bytes}, of a body that is to be a JSON object. */
    static byte[] object(Exchange exchange, String what) {
        byte[] body = bytes(exchange, what);
        try {
            if (Json.exact(body).isObject()) {
                return body;
            }
        } catch (IOException e) {
            // told below
        }
        throw changed(exchange, what, "what is no JSON object");
    }

    /** A page has made {@code what} into something else. */
    static Failure changed(Exchange exchange, String what, String into) {
        return Failure.of(Kind.PAGE_CHANGED, "A step of the page " + exchange.getFromRouteId() + " changed the body of " + what
                + " into " + into + "; whoever edits the pages in routes/ must mend it.");
    }
}
