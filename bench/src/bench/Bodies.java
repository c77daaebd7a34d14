/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package bench;

import java.nio.charset.StandardCharsets;

/** Request bodies of a given size in the shape of Claude Code's main call: same keys, same order, {@code stream} last. */
final class Bodies {

    private static final String CODE = "public record Point(int x, int y) {\\n\\n    /** Moves it — by \\\"dx\\\" and"
            + " \\\"dy\\\". */\\n    Point moved(int dx, int dy) {\\n        return new Point(x + dx, y + dy);\\n    }\\n}\\n";
    private static final String CACHED = "\"cache_control\":{\"type\":\"ephemeral\"}";
    private static final String[] TOOLS = {"Agent", "Bash", "Edit", "Glob", "Grep", "NotebookEdit", "Read", "Skill",
        "TodoWrite", "ToolSearch", "WebFetch", "Write"};

    private static final String SAFEGUARDS = "\"safeguards\":[{\"type\":\"dangerous_tool_use\",\"classifier_context\":"
            + "{\"home\":\"/home/u\"}}],";

    private Bodies() {}

    /** A body of {@code size} bytes; from about 900 up. */
    static byte[] ofSize(int size, boolean stream) {
        boolean small = size < 20_000;
        StringBuilder start = new StringBuilder(size + 1024).append("{\"model\":\"claude-sonnet-4-5\",");
        if (Boolean.getBoolean("bench.auto-mode")) {
            start.append(SAFEGUARDS);
        }
        start.append("\"messages\":[");
        if (!small) {
            for (int turn = 0; turn < 12; turn++) {
                turn(start, turn);
            }
        }
        start.append("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"");
        StringBuilder end = new StringBuilder(size).append("\",").append(CACHED).append("}]}],\"system\":[{\"type\":\"text\","
                + "\"text\":\"You are Claude Code, Anthropic's official CLI for Claude.\",").append(CACHED).append('}');
        if (!small) {
            end.append(",{\"type\":\"text\",\"text\":\"").append(CODE.repeat(80)).append("\",").append(CACHED).append('}');
        }
        end.append("],\"tools\":[");
        for (int i = 0; i < (small ? 1 : TOOLS.length); i++) {
            end.append(i == 0 ? "" : ",").append(tool(TOOLS[i], small));
        }
        end.append("],\"metadata\":{\"user_id\":\"{\\\"device_id\\\":\\\"4f2a\\\",\\\"session_id\\\":\\\"0f4c2c3e\\\"}\"},"
                + "\"max_tokens\":32000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":31999},\"stream\":"
                + (stream ? "true" : "false") + "}");
        int missing = size - bytes(start).length - bytes(end).length;
        while (missing >= bytes(CODE).length) {
            start.append(CODE);
            missing -= bytes(CODE).length;
        }
        return bytes(start.append("x".repeat(Math.max(0, missing))).append(end));
    }

    private static void turn(StringBuilder body, int turn) {
        body.append("{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Please look at file ").append(turn)
                .append(" and say what it does.\"}]},{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":"
                        + "\"The file has to be read first.\",\"signature\":\"").append("RXJ6T3Jz".repeat(40))
                .append("\"},{\"type\":\"tool_use\",\"id\":\"toolu_").append(turn).append("\",\"name\":\"Read\",\"input\":"
                        + "{\"file_path\":\"/src/Point").append(turn).append(".java\",\"limit\":200}}]},{\"role\":\"user\","
                        + "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_").append(turn)
                .append("\",\"content\":\"").append(CODE.repeat(8)).append("\"}]},{\"role\":\"assistant\",\"content\":"
                        + "[{\"type\":\"text\",\"text\":\"A point in the plane — nothing more.\"}]},");
    }

    private static String tool(String name, boolean small) {
        String properties = "\"file_path\":{\"type\":\"string\",\"description\":\"The file\"}";
        for (int i = 0; i < (small ? 0 : 8); i++) {
            properties += ",\"option_" + i + "\":{\"type\":\"integer\",\"minimum\":0,\"exclusiveMinimum\":0,\"maximum\":"
                    + "9007199254740991,\"description\":\"What option " + i + " of the tool is good for, in a sentence.\"}";
        }
        return "{\"name\":\"" + name + "\",\"description\":\"" + (small ? "A tool." : CODE.repeat(6)) + "\",\"input_schema\":"
                + "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\",\"properties\":{"
                + properties + "},\"required\":[\"file_path\"],\"additionalProperties\":false}}";
    }

    private static byte[] bytes(CharSequence text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
