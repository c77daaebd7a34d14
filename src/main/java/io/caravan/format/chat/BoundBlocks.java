/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import io.caravan.format.JsonScanner;
import io.caravan.format.ModelRequest;
import io.caravan.format.json.Bytes;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The blocks of a Messages request that bear {@link BoundThinking}. Looks for its mark in the bytes; parses what holds it. */
final class BoundBlocks {

    private static final byte[] MARK = BoundThinking.MARK.getBytes(StandardCharsets.US_ASCII);

    private final byte[] body;
    private final JsonScanner json;
    private final List<Edit> edits = new ArrayList<>();

    private BoundBlocks(byte[] body) {
        this.body = body;
        this.json = new JsonScanner(body, 0, body.length);
    }

    /** {@code request} itself if there is none. */
    static ModelRequest cutFrom(ModelRequest request) {
        byte[] body = request.body();
        if (!Bytes.contains(body, 0, body.length, MARK)) {
            return request;
        }
        BoundBlocks blocks = new BoundBlocks(body);
        try {
            blocks.request();
        } catch (IOException e) {
            throw new MalformedBody("The request body is not valid JSON.");
        }
        return blocks.edits.isEmpty() ? request : ModelRequest.read(Edit.applied(body, blocks.edits));
    }

    private void request() throws IOException {
        for (boolean more = json.open('}'); more; more = json.next('}')) {
            boolean messages = json.name().equals("messages");
            if (messages && json.peek() == '[') {
                messages();
            } else {
                json.skip();
            }
        }
    }

    /** A message that says nothing else goes with its blocks: no upstream takes one without content. */
    private void messages() throws IOException {
        Edit.MemberCuts cuts = new Edit.MemberCuts();
        for (boolean more = json.open(']'); more; more = json.next(']')) {
            int start = json.at();
            boolean empty = json.peek() == '{' && message();
            if (json.at() == start) {
                json.skip();
            }
            cuts.member(empty, start, json.at());
        }
        edits.addAll(cuts.finish());
    }

    /** Goes behind a message; whether its content is nothing but such blocks. */
    private boolean message() throws IOException {
        boolean empty = false;
        for (boolean more = json.open('}'); more; more = json.next('}')) {
            boolean content = json.name().equals("content");
            if (content && json.peek() == '[') {
                empty = content();
            } else {
                json.skip();
            }
        }
        return empty;
    }

    private boolean content() throws IOException {
        Edit.MemberCuts cuts = new Edit.MemberCuts();
        boolean cutAll = true;
        boolean any = false;
        for (boolean more = json.open(']'); more; more = json.next(']')) {
            int start = json.at();
            json.skip();
            boolean bound = isBound(start, json.at());
            any |= bound;
            cutAll &= bound;
            cuts.member(bound, start, json.at());
        }
        edits.addAll(cuts.finish());
        return any && cutAll;
    }

    private boolean isBound(int start, int end) throws IOException {
        return Bytes.contains(body, start, end, MARK) && ThinkingHistory.isBound(Json.MAPPER.readTree(body, start, end - start));
    }
}
