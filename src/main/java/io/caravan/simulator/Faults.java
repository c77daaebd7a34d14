/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What shall go wrong with one request, or come in another of the forms that servers use: {@code NAME[=ARGUMENT]},
 * several joined by {@code ;}, in the header {@code x-simulate} or behind the model's name and a {@code !}, as in
 * {@code claude-opus-5-5!status=503;times=2}.
 *
 * <p><b>Answers other than the right one</b>, streamed or not:
 * {@code status=NNN} an error in the dialect's form (with {@code retry-after=S}, {@code should-retry=BOOL},
 * {@code type=ERROR_TYPE}, in capitals Databricks' {@code error_code}, {@code message=TEXT}, which with
 * {@code flat-message} is not wrapped once more); {@code error-in-200=TYPE} the same under a 200, as JSON;
 * {@code html=NNN} and {@code html-200} a page; {@code redirect};
 * {@code empty} 200 without a body; {@code cut-json} half of the JSON, then an ordinary close; {@code cut-json-reset}
 * half of the announced length, then a reset; {@code json-for-stream}; {@code sse-for-json}.
 *
 * <p><b>Refusals that the client can heal</b>, 400 as long as the request has what is refused:
 * {@code unexpected-beta=VALUE}; {@code extra-input=PATH} ({@code *} for any index; a variant's tag such as
 * {@code custom} is stepped over); {@code max-tokens=N}; {@code context-limit=N}; {@code bad-signature} any thinking in
 * the history; {@code no-reasoning-items} Databricks' form of it; {@code no-system-role}, in chat after the first other
 * message; {@code no-adaptive}; {@code strict-schema} a tool schema beyond the plain keywords; and, whatever the
 * request, {@code prompt-too-long} and, in OpenAI's words, {@code context-length-exceeded}.
 *
 * <p><b>The connection</b>: {@code no-answer}; {@code close-before-headers}; {@code reset-before-headers};
 * {@code reset-after-headers}; {@code silent-after-headers}; {@code pings-only[=MS]} and {@code comments-only[=MS]} one
 * each so many milliseconds until the peer leaves; {@code slow-head=MS}.
 *
 * <p><b>The stream</b>, without effect on a JSON answer; "mid" is after the second piece of content, or the last if there
 * are fewer: {@code error-first=TYPE}; {@code error-after-start=TYPE}; {@code error-mid=TYPE}, all three with a status
 * for the type as well and with {@code message=TEXT}, in OpenAI's spelling with {@code plain-error}; {@code reset-mid};
 * {@code close-mid} without the last chunk; {@code eof-mid} with it; {@code bad-json-frame} in the middle;
 * {@code reset-after-tool}; {@code no-message-stop}, in chat no {@code [DONE]}; {@code hang-after-finish} nothing after
 * the reason to stop; {@code hang-after-end} nothing after {@code message_stop} or {@code [DONE]};
 * {@code no-event-lines}; {@code crlf} lines end so, and no space follows {@code data:}.
 *
 * <p><b>The content</b>: {@code stop=REASON}, {@code null} for none in chat; {@code no-content}; {@code no-usage};
 * {@code cached=N} and {@code cache-written=N} tokens of the usage; {@code bad-tool-json}; {@code same-tool-id};
 * {@code interleaved-tools}; {@code json-pieces=N} characters of a tool's input at once, 1 if not said;
 * {@code text-after-tool}; {@code redacted-thinking} before the other, {@code think-again} after the text, both whether
 * thinking is asked for or not; {@code no-signature}; {@code big=BYTES}.
 *
 * <p><b>Chat's variants</b>, of the usage: {@code usage-in-finish} in the finish chunk; {@code usage-in-every-chunk},
 * growing, both whether asked for or not; {@code cache-exclusive} cached tokens only beside the prompt's. Of deltas:
 * {@code null-content} with the role; {@code role-only} without content; {@code empty-deltas} among the others;
 * {@code finish-with-content} in one chunk; {@code two-finishes}; {@code two-choices}; {@code text-items} Databricks' text
 * as a list. Of signatures: {@code signature-inline} with the last text of thinking; {@code late-signature} after the
 * first text of the answer. Of tool calls: {@code tool-in-one-chunk} each whole, the last with the finish;
 * {@code repeated-tool-ids} id and name in each piece; {@code no-tool-index}; {@code no-tool-id};
 * {@code late-tool-name} in a delta after the id's; {@code leading-braces} before the real pieces.
 *
 * <p><b>The bytes</b>: {@code gzip} though not asked for; {@code one-chunk} a stream in one write; {@code drip=MS} each
 * byte for itself; {@code split-utf8} characters cut across writes, and an answer that has such characters.
 *
 * <p>{@code times=N}: only the first N requests with the same model and faults fail.
 */
final class Faults {

    static final Faults NONE = new Faults("", Map.of());

    private static final Set<String> NAMES = Set.of(
            "status", "error-in-200", "html", "html-200", "redirect", "empty", "cut-json", "cut-json-reset",
            "json-for-stream", "sse-for-json", "unexpected-beta", "extra-input", "max-tokens", "context-limit",
            "bad-signature", "no-reasoning-items", "no-system-role", "no-adaptive", "strict-schema", "prompt-too-long",
            "context-length-exceeded", "no-answer", "close-before-headers", "reset-before-headers",
            "reset-after-headers", "silent-after-headers", "pings-only", "comments-only", "slow-head", "error-first",
            "error-after-start", "error-mid", "plain-error", "reset-mid", "close-mid", "eof-mid", "bad-json-frame",
            "reset-after-tool", "no-message-stop", "hang-after-finish", "hang-after-end", "no-event-lines", "crlf",
            "stop", "no-content", "no-usage", "cached", "cache-written", "bad-tool-json", "same-tool-id",
            "interleaved-tools", "json-pieces", "text-after-tool", "redacted-thinking", "think-again", "no-signature",
            "big", "usage-in-finish", "usage-in-every-chunk", "cache-exclusive", "null-content", "role-only",
            "empty-deltas", "finish-with-content", "two-finishes", "two-choices", "text-items", "signature-inline",
            "late-signature", "tool-in-one-chunk", "repeated-tool-ids", "no-tool-index", "no-tool-id", "late-tool-name",
            "leading-braces", "gzip", "one-chunk", "drip", "split-utf8", "times", "retry-after", "should-retry", "type",
            "flat-message", "message");

    private final String spelling;
    private final Map<String, String> arguments;

    private Faults(String spelling, Map<String, String> arguments) {
        this.spelling = spelling;
        this.arguments = arguments;
    }

    /** The faults named in a model's suffix and in a header; either may be null. */
    static Faults parse(String suffix, String header) throws Refusal {
        if (suffix == null && header == null) {
            return NONE;
        }
        String spelling = suffix == null ? header : header == null ? suffix : suffix + ";" + header;
        Map<String, String> arguments = new LinkedHashMap<>();
        for (String part : spelling.split(";")) {
            int equals = part.indexOf('=');
            String name = (equals < 0 ? part : part.substring(0, equals)).trim();
            if (!NAMES.contains(name)) {
                throw Refusal.badRequest("simulator: there is no fault called \"" + name + "\"");
            }
            arguments.put(name, equals < 0 ? "" : part.substring(equals + 1).trim());
        }
        return new Faults(spelling, arguments);
    }

    boolean has(String name) {
        return arguments.containsKey(name);
    }

    /** The argument of a fault, or null if it is not asked for. */
    String argument(String name) {
        return arguments.get(name);
    }

    /** The argument of a fault as a number, or the given value if there is none. */
    long number(String name, long otherwise) throws Refusal {
        String value = arguments.get(name);
        if (value == null || value.isEmpty()) {
            return otherwise;
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw Refusal.badRequest("simulator: " + name + " needs a number: " + value);
        }
    }

    boolean isEmpty() {
        return arguments.isEmpty();
    }

    String spelling() {
        return spelling;
    }

    ByteForm byteForm() throws Refusal {
        if (isEmpty()) {
            return ByteForm.PLAIN;
        }
        long drip = has("drip") ? number("drip", 0) : -1;
        return new ByteForm(has("gzip"), has("one-chunk"), drip, has("split-utf8"));
    }
}
