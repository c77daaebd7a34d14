/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway reads of a request to a model, be it a Messages or an OpenAI chat request: the model's name, whether
 * it asks for a stream, and where each top-level member stands in the bytes, so that it can be replaced or cut in place.
 * Everything else is only checked to be JSON: a JSON object with a string {@code model} is all that is asked for (case
 * E35).
 */
public final class ModelRequest {

    /** All numbers of so many digits are a long. */
    private static final int MOST_DIGITS = 18;

    private record Member(String name, int keyStart, int valueStart, int valueEnd) {
    }

    private final byte[] body;
    private final List<Member> members;
    private final String model;
    private final boolean stream;

    private ModelRequest(byte[] body, JsonScanner json) throws IOException {
        List<Member> found = new ArrayList<>(16);
        String lastModel = "";
        boolean lastStream = false;
        for (boolean more = json.open('}'); more; more = json.next('}')) {
            int keyStart = json.at();
            String name = json.name();
            int valueStart = json.at();
            json.skip();
            if (name.equals("model")) {
                if (body[valueStart] != '"') {
                    throw new MalformedBody("model: Input should be a valid string");
                }
                lastModel = json.text(valueStart, json.at());
            } else if (name.equals("stream")) {
                lastStream = body[valueStart] == 't';
            }
            found.add(new Member(name, keyStart, valueStart, json.at()));
        }
        this.body = body;
        this.members = found;
        this.model = lastModel;
        this.stream = lastStream;
    }

    /**
     * Reads a request. Keeps {@code body}, which must not change afterwards.
     *
     * @throws MalformedBody if it is not one JSON object in UTF-8 with a string {@code model}
     */
    public static ModelRequest read(byte[] body) {
        ModelRequest request = scan(body);
        if (!request.has("model")) {
            throw new MalformedBody("model: Field required");
        }
        return request;
    }

    /** As {@link #read}, for a request that may name no model: what a chat upstream is sent. */
    public static ModelRequest scan(byte[] body) {
        Json.requireUtf8(body);
        JsonScanner json = new JsonScanner(body, 0, body.length);
        try {
            if (json.peek() != '{') {
                json.skip();
                throw new MalformedBody("The request body must be a JSON object.");
            }
            ModelRequest request = new ModelRequest(body, json);
            if (!json.isAtEnd()) {
                json.skip();
                throw new MalformedBody("The request body holds more than one JSON value.");
            }
            return request;
        } catch (IOException e) {
            throw MalformedBody.of(e);
        }
    }

    /**
     * The model as the client named it; of several {@code model} members the last, as JSON readers take it. Empty if it
     * names none.
     */
    public String model() {
        return model;
    }

    /** Whether {@code stream} is {@code true}; a wrong type is the upstream's to judge. */
    public boolean stream() {
        return stream;
    }

    public byte[] body() {
        return body;
    }

    /** Whether the body has this top-level member. */
    public boolean has(String name) {
        return last(name) != null;
    }

    /** Whether the body has this top-level member as an array that is not empty. */
    public boolean hasItems(String name) {
        Member member = last(name);
        if (member == null || body[member.valueStart] != '[') {
            return false;
        }
        return !isBlank(member.valueStart + 1, member.valueEnd - 1);
    }

    /** Whether a member of a top-level object is {@code true}. */
    public boolean isTrue(String parent, String name) {
        return inside(parent, name).asBoolean(false);
    }

    /** Whether a top-level object has a member. */
    public boolean holds(String parent, String name) {
        return !inside(parent, name).isMissingNode();
    }

    /** A string member of a top-level object, or null. */
    public @Nullable String text(String parent, String name) {
        return inside(parent, name).textValue();
    }

    /** The value of a top-level member; missing if there is none. */
    public JsonNode value(String name) {
        Member member = last(name);
        if (member == null) {
            return MissingNode.getInstance();
        }
        return tree(member);
    }

    private JsonNode inside(String parent, String name) {
        return value(parent).path(name);
    }

    /** Of the members of this name the one that counts. */
    private @Nullable Member last(String name) {
        for (int i = members.size() - 1; i >= 0; i--) {
            Member member = members.get(i);
            if (member.name.equals(name)) {
                return member;
            }
        }
        return null;
    }

    private JsonNode tree(Member member) {
        try {
            return Json.MAPPER.readTree(body, member.valueStart, member.valueEnd - member.valueStart);
        } catch (IOException e) {
            throw new MalformedBody(member.name + ": Input should be valid JSON");
        }
    }

    /** A hash of the bytes of a top-level member; 0 if there is none. */
    public int hash(String name) {
        int hash = 0;
        for (Member member : members) {
            if (member.name.equals(name)) {
                for (int i = member.valueStart; i < member.valueEnd; i++) {
                    hash = 31 * hash + body[i];
                }
            }
        }
        return hash;
    }

    /** This request as one for a stream. */
    public ModelRequest streamed() {
        List<Edit> edits = new ArrayList<>(1);
        set("stream", "true".getBytes(StandardCharsets.US_ASCII), edits);
        if (edits.isEmpty()) {
            int first = members.get(0).keyStart;
            edits.add(new Edit(first, first, "\"stream\":true,".getBytes(StandardCharsets.US_ASCII)));
        }
        return scan(Edit.applied(body, edits));
    }

    private boolean isBlank(int start, int end) {
        for (int i = start; i < end; i++) {
            if (!JsonScanner.isSpace(body[i])) {
                return false;
            }
        }
        return true;
    }

    /** The edits that set every {@code model} member to {@code target}; none if it says so already, or {@code target} is null. */
    public List<Edit> withModel(@Nullable String target) {
        List<Edit> edits = new ArrayList<>(1);
        if (target == null) {
            return edits;
        }
        boolean saysSo = target.equals(model) && single("model");
        if (!saysSo) {
            set("model", Json.quoted(target), edits);
        }
        return edits;
    }

    private void set(String name, byte[] value, List<Edit> edits) {
        for (Member member : members) {
            if (member.name.equals(name)) {
                edits.add(new Edit(member.valueStart, member.valueEnd, value));
            }
        }
    }

    /** The edits that cut the top-level members whose name {@code unwanted} accepts, each with one comma. */
    public List<Edit> without(Predicate<String> unwanted) {
        Edit.MemberCuts cuts = new Edit.MemberCuts();
        for (Member member : members) {
            cuts.member(unwanted.test(member.name), member.keyStart, member.valueEnd);
        }
        return cuts.finish();
    }

    /** The value of a top-level member that is a whole number, or -1. */
    public long number(String name) {
        Member member = last(name);
        if (member == null) {
            return -1;
        }
        return wholeNumber(member.valueStart, member.valueEnd);
    }

    /** The edits that set a top-level member to {@code value}. */
    public List<Edit> withNumber(String name, long value) {
        List<Edit> edits = new ArrayList<>(1);
        set(name, Long.toString(value).getBytes(StandardCharsets.US_ASCII), edits);
        return edits;
    }

    private boolean single(String name) {
        int count = 0;
        for (Member member : members) {
            if (member.name.equals(name)) {
                count++;
            }
        }
        return count == 1;
    }

    private long wholeNumber(int start, int end) {
        if (end - start > MOST_DIGITS) {
            return -1;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            if (!JsonScanner.isDigit(body[i])) {
                return -1;
            }
            value = value * 10 + body[i] - '0';
        }
        return value;
    }
}
