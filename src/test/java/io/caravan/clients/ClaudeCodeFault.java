/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import io.caravan.it.Gateway;
import java.util.List;
import java.util.stream.Stream;

/**
 * A row of the table "Faults" in docs/claude-code.md: what the upstream does, and how the turn must end.
 *
 * @param fault  the simulator's
 * @param inChat the fault where the upstream speaks chat, or null
 * @param model  the model's family and version
 * @param prompt what to ask
 * @param shown  what the client must print; with {@code well} also how it must end
 * @param well   whether the turn succeeds
 * @param most   how many requests the upstream may see
 * @param blocks whether a whole block, the model's thinking, comes before the text
 */
record ClaudeCodeFault(
        String fault, String inChat, String model, String prompt, String shown, boolean well, int most, boolean blocks) {

    private static final String HI = "Hi! You said: say hi";
    private static final String READ = "use a tool\n@call Read {\"file_path\":\"note.txt\"}";
    private static final String TWO = READ + "\n@and Bash {\"command\":\"echo out\"}";
    private static final String NEW = "claude-opus-5-5";

    /** Every row, in the table's order. */
    static final List<ClaudeCodeFault> ALL = Stream.of(
            refused("status=400;message=simulated refusal", "API Error: 400 simulated refusal", 6),
            refused("status=422;message=simulated refusal", "simulated refusal", 6),
            healed("unexpected-beta=context-management-2025-06-27", 2),
            healed("extra-input=context_management", 2),
            healed("extra-input=tools.*.custom.defer_loading", 4),
            healed("extra-input=output_config", 3).on(NEW),
            healed("no-system-role", 2).on(NEW),
            healed("no-adaptive", 2).on("claude-opus-4-6"),
            healed("max-tokens=64000", 2).on(NEW),
            healed("context-limit=45000", 2),
            healed("bad-signature", 4).on(NEW).asking(READ, "Done: 1 tool results."),
            refused("prompt-too-long", "Prompt is too long", 3),
            refused("context-length-exceeded", "Prompt is too long", 3),
            refused("status=401", "refused the gateway's credential (401)", 1),
            refused("status=402", "API Error: 402", 1),
            refused("status=403", "refused the gateway's credential (403)", 1),
            refused("status=404", "There's an issue with the selected model", 2),
            refused("status=413", "Request too large", 1),
            healed("status=408;times=1", 2), healed("status=409;times=1", 2), healed("status=429;times=1", 2),
            healed("status=500;times=1", 2), healed("status=501;times=1", 2), healed("status=502;times=1", 2),
            healed("status=503;times=1", 2), healed("status=504;times=1", 2), healed("status=529;times=1", 2),
            healed("html=503;times=1", 2), healed("status=503;type=overloaded_error;times=1", 2),
            healed("status=429;retry-after=2;times=1", 2),
            refused("status=500", "API Error: 500", 3), refused("status=529", "API Error: 50", 3),
            refused("status=429;retry-after=3600", "simulated 429", 1),
            refused("status=500;should-retry=false", "API Error: 500", 1),
            healed("error-first=overloaded_error;times=1", 2), healed("error-first=api_error;times=1", 2),
            healed("error-after-start=overloaded_error;times=1", 2),
            healed("error-mid=overloaded_error", 2).inFirstBlock(), healed("error-mid=api_error", 2).inFirstBlock(),
            healed("error-mid=api_error;times=1", 2), healed("bad-json-frame", 2).inFirstBlock(),
            healed("error-in-200=api_error;times=1", 2),
            healed("reset-before-headers;times=1", 2), healed("close-before-headers;times=1", 2),
            healed("reset-after-headers;times=1", 2), healed("reset-mid;times=1", 2), healed("eof-mid;times=1", 2),
            healed("reset-mid", 2).inFirstBlock(), healed("close-mid", 2).inFirstBlock(),
            healed("eof-mid", 2).inFirstBlock(),
            healed("empty;times=1", 2), healed("no-event-lines", 2), healed("json-for-stream", 2),
            healed("html-200;times=1", 2), healed("redirect;times=1", 2),
            healed("no-message-stop", 1), healed("no-usage", 1), healed("hang-after-end", 1), healed("crlf", 1),
            healed("hang-after-finish", 1),
            healed("reset-after-tool;times=1", 3).asking(READ, "Done: 1 tool results."),
            healed("silent-after-headers;times=1", 2),
            healed("pings-only=200;times=1", 2).inChat("comments-only=200;times=1"),
            healed("no-answer;times=1", 2), healed("slow-head=1000", 1),
            refused("stop=model_context_window_exceeded", "API Error", 4).notInChat(),
            healed("stop=pause_turn", 1).notInChat(),
            healed("stop=max_tokens;times=1", 2).inChat("stop=length;times=1").asking("say hi", "Hi! You said:"),
            refused("stop=refusal", "API Error", 2).inChat("stop=content_filter"),
            healed("no-content;times=1", 2),
            healed("bad-tool-json;times=1", 3).asking(READ, "Done: 1 tool results."),
            healed("same-tool-id", 2).asking(TWO, "Done:"),
            healed("interleaved-tools", 2).asking(TWO, "Done: 2 tool results.")).toList();

    private static ClaudeCodeFault healed(String fault, int most) {
        return new ClaudeCodeFault(fault, fault, Gateway.MODEL, "say hi", HI, true, most, true);
    }

    private static ClaudeCodeFault refused(String fault, String shown, int most) {
        return new ClaudeCodeFault(fault, fault, Gateway.MODEL, "say hi", shown, false, most, true);
    }

    private ClaudeCodeFault inChat(String other) {
        return new ClaudeCodeFault(fault, other, model, prompt, shown, well, most, blocks);
    }

    /** In the middle of the answer's first block. */
    private ClaudeCodeFault inFirstBlock() {
        return new ClaudeCodeFault(fault, inChat, model, prompt, shown, well, most, false);
    }

    /** Chat has no name for it. */
    private ClaudeCodeFault notInChat() {
        return inChat(null);
    }

    private ClaudeCodeFault on(String other) {
        return new ClaudeCodeFault(fault, inChat, other, prompt, shown, well, most, blocks);
    }

    private ClaudeCodeFault asking(String question, String answer) {
        return new ClaudeCodeFault(fault, inChat, model, question, answer, well, most, blocks);
    }

    /** The fault on an upstream of this backend, or null. */
    String at(String backend) {
        return Gateway.CHAT.contains(backend) ? inChat : fault;
    }
}
