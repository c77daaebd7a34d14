/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import io.caravan.format.json.JsonScanner;
import io.caravan.format.json.MalformedBody;
import io.caravan.format.json.MemberCuts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the gateway reads of a request to a model, be it a Messages or an OpenAI chat request: the model's name, whether
 * it asks for a stream, and where each top-level member stands in the bytes, so that it can be replaced or cut in place.
 * Everything else is only checked to be JSON. Rule E35: a JSON object with a string {@code model} is all that is asked for.
 */
public final class ModelRequest {

    private record Member(String name, int keyStart, int valueStart, int valueEnd) {
    }

    private final byte[] body;
    private final List<Member> members;
    private final String model;
    private final boolean stream;

    private ModelRequest(byte[] body, JsonScanner json) throws IOException {
        List<Member> found = new ArrayList<>(16);
        String lastModel = null;
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
        if (request.model == null) {
            throw new MalformedBody("model: Field required");
        }
        return request;
    }

    /** As {@link #read}, for a request that may name no model: what a chat upstream is sent. */
    public static ModelRequest scan(byte[] body) {
        if (body.length == 0) {
            throw new MalformedBody("The request body is empty; a JSON object is expected.");
        }
        if (body.length > 1 && (body[0] == 0 || body[1] == 0 || (body[0] & 0xff) >= 0xef)) {
            throw new MalformedBody("The request body must be JSON in UTF-8, without a byte order mark.");
        }
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
        } catch (StreamConstraintsException e) {
            throw new MalformedBody("The request body is nested too deeply, or holds a number that is too long.");
        } catch (JsonProcessingException e) {
            throw new MalformedBody("The request body is not valid JSON (near byte "
                    + e.getLocation().getByteOffset() + ").");
        } catch (IOException e) {
            throw new MalformedBody("The request body could not be read as JSON.");
        }
    }

    /** The model as the client named it; of several {@code model} members the last, as JSON readers take it. */
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
        for (Member member : members) {
            if (member.name.equals(name)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the body has this top-level member as an array that is not empty. */
    public boolean hasItems(String name) {
        boolean items = false;
        for (Member member : members) {
            if (member.name.equals(name)) {
                items = body[member.valueStart] == '[' && !isBlank(member.valueStart + 1, member.valueEnd - 1);
            }
        }
        return items;
    }

    /** Whether a member of a top-level object is {@code true}. */
    public boolean isTrue(String parent, String name) {
        return inside(parent, name).asBoolean(false);
    }

    /** A string member of a top-level object, or null. */
    public String text(String parent, String name) {
        return inside(parent, name).textValue();
    }

    private JsonNode inside(String parent, String name) {
        JsonNode found = MissingNode.getInstance();
        for (Member member : members) {
            if (member.name.equals(parent)) {
                found = tree(member).path(name);
            }
        }
        return found;
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
        for (Member member : members) {
            if (member.name.equals("stream")) {
                edits.add(new Edit(member.valueStart, member.valueEnd, "true".getBytes(StandardCharsets.US_ASCII)));
            }
        }
        if (edits.isEmpty()) {
            int first = members.get(0).keyStart;
            edits.add(new Edit(first, first, "\"stream\":true,".getBytes(StandardCharsets.US_ASCII)));
        }
        return scan(Edit.applied(body, edits));
    }

    private boolean isBlank(int start, int end) {
        for (int i = start; i < end; i++) {
            if (body[i] != ' ' && body[i] != '\n' && body[i] != '\r' && body[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    /** The edits that set every {@code model} member to {@code target}; none if it says so already. */
    public List<Edit> withModel(String target) {
        List<Edit> edits = new ArrayList<>(1);
        if (target == null || target.equals(model) && single("model")) {
            return edits;
        }
        for (Member member : members) {
            if (member.name.equals("model")) {
                edits.add(new Edit(member.valueStart, member.valueEnd, Json.quoted(target)));
            }
        }
        return edits;
    }

    /** The edits that cut the top-level members whose name {@code unwanted} accepts, each with one comma. */
    public List<Edit> without(Predicate<String> unwanted) {
        MemberCuts cuts = new MemberCuts();
        for (Member member : members) {
            cuts.member(unwanted.test(member.name), member.keyStart, member.valueEnd);
        }
        return cuts.finish();
    }

    /** The value of a top-level member that is a whole number, or -1. */
    public long number(String name) {
        long found = -1;
        for (Member member : members) {
            if (member.name.equals(name)) {
                found = wholeNumber(member.valueStart, member.valueEnd);
            }
        }
        return found;
    }

    /** The edits that set a top-level member to {@code value}. */
    public List<Edit> withNumber(String name, long value) {
        List<Edit> edits = new ArrayList<>(1);
        for (Member member : members) {
            if (member.name.equals(name)) {
                edits.add(new Edit(member.valueStart, member.valueEnd, Long.toString(value).getBytes()));
            }
        }
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
        if (end - start > 18 || end <= start) {
            return -1;
        }
        long value = 0;
        for (int i = start; i < end; i++) {
            int digit = body[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
