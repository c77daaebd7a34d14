/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The calls of tools that run at the upstream, and their results, in one assistant turn: a call is told with its result. */
final class ServerTools {

    private static final Set<String> USES = Set.of("server_tool_use", "mcp_tool_use");

    private final Map<String, JsonNode> results = new HashMap<>();
    private final Set<String> uses = new HashSet<>();

    private ServerTools() {
    }

    static ServerTools of(Turn turn) {
        ServerTools tools = new ServerTools();
        for (Turn.Block block : turn.blocks()) {
            if (isResult(block)) {
                tools.results.putIfAbsent(callId(block), block.node());
            } else if (isUse(block)) {
                tools.uses.add(block.node().path("id").asText());
            }
        }
        return tools;
    }

    static boolean isUse(Turn.Block block) {
        return USES.contains(block.type());
    }

    static boolean isResult(Turn.Block block) {
        return block.type().endsWith("_tool_result") && block.node().has("tool_use_id");
    }

    /** A call, and its result if the turn has it. */
    String use(Turn.Block use) {
        return Spoken.call(use.node(), results.get(use.node().path("id").asText()));
    }

    /** A result whose call is not there to tell it; empty for one that its call tells. */
    String result(Turn.Block result) {
        String id = callId(result);
        boolean told = uses.contains(id) && results.get(id) == result.node();
        if (told) {
            return "";
        }
        return "[" + result.type() + ": " + Spoken.result(result.node()) + "]";
    }

    private static String callId(Turn.Block result) {
        return result.node().get("tool_use_id").asText();
    }
}
