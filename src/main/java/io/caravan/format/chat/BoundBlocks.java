/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import io.caravan.format.JsonScanner;
import io.caravan.format.ModelRequest;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The blocks of a Messages request that bear {@link BoundThinking}. Looks for its mark in the bytes; parses what holds it. */
final class BoundBlocks {

    private static final byte[] MARK = BoundThinking.MARK.getBytes(StandardCharsets.US_ASCII);
    /** How far the mark may be moved on over each byte that stands where its last one should. */
    private static final int[] STEPS = steps();

    private final byte[] body;
    private final JsonScanner json;
    private final List<Edit> edits = new ArrayList<>();

    private BoundBlocks(byte[] body) {
        this.body = body;
        this.json = new JsonScanner(body, 0, body.length);
    }

    private static int[] steps() {
        int[] steps = new int[256];
        Arrays.fill(steps, MARK.length);
        for (int i = 0; i < MARK.length - 1; i++) {
            steps[MARK[i]] = MARK.length - 1 - i;
        }
        return steps;
    }

    /** {@code request} itself if there is none. */
    static ModelRequest cutFrom(ModelRequest request) {
        byte[] body = request.body();
        if (!isMarked(body, 0, body.length)) {
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

    /** Whether the mark stands in {@code body[from, to)}; of most bytes only every nineteenth is looked at. */
    private static boolean isMarked(byte[] body, int from, int to) {
        int last = from + MARK.length - 1;
        while (last < to) {
            if (Arrays.equals(body, last + 1 - MARK.length, last + 1, MARK, 0, MARK.length)) {
                return true;
            }
            last += STEPS[body[last] & 0xff];
        }
        return false;
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
        return isMarked(body, start, end) && ThinkingHistory.isBound(Json.MAPPER.readTree(body, start, end - start));
    }
}
