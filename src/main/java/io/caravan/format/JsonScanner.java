/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.ContentReference;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Walks over JSON in UTF-8 and decodes only what it is asked for: for what is passed on as it came, where the places of a
 * few members count and the rest must merely be valid. A parser would make every string and number ready to be read, which
 * takes twice the time. Accepts what {@link Json#FACTORY} accepts, within the same limits, with two exceptions: UTF-8 must
 * be well-formed (RFC 3629), and the limit on a name's length counts its bytes as they stand, escapes included.
 *
 * <p>The members of an object are walked by
 * {@code for (boolean more = json.open('}'); more; more = json.next('}')) { json.name(); json.skip(); }}.
 *
 * <p>Where the JSON is not valid the methods throw a {@link JsonParseException} whose location is the index of the byte
 * that should not be there, over a limit a {@link StreamConstraintsException}; the scanner is of no use after that. For one
 * thread.
 */
public final class JsonScanner {

    private static final StreamReadConstraints LIMITS = Json.FACTORY.streamReadConstraints();

    private final byte[] json;
    private final int end;
    private int at;
    private int depth;

    /** Stands before the first value in {@code json[from, to)}. */
    public JsonScanner(byte[] json, int from, int to) {
        this.json = json;
        this.at = from;
        this.end = to;
        skipSpace();
    }

    /** The index of the next byte. */
    public int at() {
        return at;
    }

    /** The next byte; less than 0 if it is none of ASCII, or if there is none. */
    public int peek() {
        if (at < end) {
            return json[at];
        }
        return -1;
    }

    /** Whether nothing but white space is left; skips that. */
    public boolean isAtEnd() {
        skipSpace();
        return at == end;
    }

    /** Enters the object or array that begins here and is to end with {@code close}; whether there is anything in it. */
    public boolean open(char close) throws IOException {
        at++;
        LIMITS.validateNestingDepth(++depth);
        skipSpace();
        return !leaves(close);
    }

    /** Goes from behind a member or element to the next; if there is none, behind {@code close}. Whether there is one. */
    public boolean next(char close) throws IOException {
        skipSpace();
        if (leaves(close)) {
            return false;
        }
        expect(',');
        skipSpace();
        return true;
    }

    private boolean leaves(char close) {
        if (peek() != close) {
            return false;
        }
        at++;
        depth--;
        return true;
    }

    /** Reads the name of the member that begins here and goes to its value. */
    public String name() throws IOException {
        int start = at;
        skipName();
        String name = text(start, at);
        goToValue();
        return name;
    }

    private void skipName() throws IOException {
        int start = at;
        skipString();
        LIMITS.validateNameLength(at - start - 2);
        JsonStrings.requirePairs(json, start, at);
    }

    private void goToValue() throws IOException {
        skipSpace();
        expect(':');
        skipSpace();
    }

    /** Goes behind the value that begins here. */
    public void skip() throws IOException {
        switch (peek()) {
            case '"' -> skipString();
            case '{' -> {
                for (boolean more = open('}'); more; more = next('}')) {
                    skipName();
                    goToValue();
                    skip();
                }
            }
            case '[' -> {
                for (boolean more = open(']'); more; more = next(']')) {
                    skip();
                }
            }
            case 't' -> skipLiteral("true");
            case 'f' -> skipLiteral("false");
            case 'n' -> skipLiteral("null");
            default -> skipNumber();
        }
    }

    /** The text of the string in {@code json[from, to)}, quotes included, that was skipped before. */
    public String text(int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            if (json[i] == '\\') {
                return Json.MAPPER.readValue(json, from, to - from, String.class);
            }
        }
        return new String(json, from + 1, to - from - 2, StandardCharsets.UTF_8);
    }

    private void skipSpace() {
        while (at < end && isSpace(json[at])) {
            at++;
        }
    }

    /** Whether it is white space between values. */
    static boolean isSpace(byte b) {
        return switch (b) {
            case ' ', '\n', '\r', '\t' -> true;
            default -> false;
        };
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private void expect(char c) throws IOException {
        if (peek() != c) {
            throw malformed(at);
        }
        at++;
    }

    private void skipLiteral(String literal) throws IOException {
        for (int i = 0; i < literal.length(); i++) {
            expect(literal.charAt(i));
        }
    }

    private void skipNumber() throws IOException {
        if (peek() == '-') {
            at++;
        }
        int digits = 1;
        if (peek() == '0') {
            at++;
        } else {
            digits = skipDigits();
        }
        if (peek() == '.') {
            at++;
            digits += skipDigits();
        }
        if ((peek() | 0x20) == 'e') {
            at++;
            if (peek() == '-' || peek() == '+') {
                at++;
            }
            digits += skipDigits();
        }
        LIMITS.validateFPLength(digits);
    }

    private int skipDigits() throws IOException {
        int start = at;
        while (at < end && isDigit(json[at])) {
            at++;
        }
        if (at == start) {
            throw malformed(at);
        }
        return at - start;
    }

    private void skipString() throws IOException {
        expect('"');
        at = JsonStrings.end(json, at, end);
    }

    /** What is thrown for a byte that should not be at {@code place}. */
    static JsonParseException malformed(int place) {
        JsonLocation location = new JsonLocation(ContentReference.unknown(), place, -1, -1, -1);
        return new JsonParseException(null, "not valid JSON", location);
    }
}
