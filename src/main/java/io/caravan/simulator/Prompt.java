/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a conversation asks for now, read from Messages and chat requests alike.
 *
 * @param text      the plain text of the last user message that holds any, without system reminders; a text that comes
 *                  with or right after tool results counts only if it has a directive
 * @param results   what the tools returned since, one text each
 * @param images    images in the conversation from that message on
 * @param documents documents likewise
 */
record Prompt(String text, List<String> results, int images, int documents) {

    private static final String REMINDER_START = "<system-reminder>";
    private static final String REMINDER_END = "</system-reminder>";
    private static final int RESULT_LENGTH = 40;

    static Prompt of(JsonNode messages) {
        int start = messages.size() - 1;
        String text = "";
        for (; start >= 0; start--) {
            JsonNode message = messages.get(start);
            if (!role(message).equals("user")) {
                continue;
            }
            text = plainText(message.path("content"));
            boolean besideResults = hasToolResult(message) || followsTool(messages, start);
            if (!text.isEmpty() && (!besideResults || Script.hasDirective(text))) {
                break;
            }
            text = "";
        }
        List<String> results = new ArrayList<>();
        int[] media = new int[2];
        for (int i = Math.max(start, 0); i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            countMedia(message.path("content"), media);
            if (i > start) {
                collectResults(message, results);
            }
        }
        return new Prompt(text, results, media[0], media[1]);
    }

    private static String role(JsonNode message) {
        return message.path("role").asText();
    }

    private static String plainText(JsonNode content) {
        if (content.isTextual()) {
            return withoutReminders(content.asText());
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode block : content) {
            if (block.path("type").asText().equals("text")) {
                String plain = withoutReminders(block.path("text").asText());
                text.append(text.length() > 0 && !plain.isEmpty() ? "\n" : "").append(plain);
            }
        }
        return text.toString();
    }

    private static String withoutReminders(String text) {
        String rest = text;
        for (int from = rest.indexOf(REMINDER_START); from >= 0; from = rest.indexOf(REMINDER_START)) {
            int end = rest.indexOf(REMINDER_END, from);
            rest = rest.substring(0, from) + (end < 0 ? "" : rest.substring(end + REMINDER_END.length()));
        }
        return rest.strip();
    }

    /** Whether only users and systems spoke since a tool's message, as when images of its result come behind it. */
    private static boolean followsTool(JsonNode messages, int index) {
        int before = index - 1;
        while (before >= 0 && (role(messages.get(before)).equals("user") || role(messages.get(before)).equals("system"))) {
            before--;
        }
        return before >= 0 && role(messages.get(before)).equals("tool");
    }

    private static boolean hasToolResult(JsonNode message) {
        for (JsonNode block : message.path("content")) {
            if (block.path("type").asText().equals("tool_result")) {
                return true;
            }
        }
        return false;
    }

    private static void countMedia(JsonNode content, int[] media) {
        for (JsonNode block : content) {
            switch (block.path("type").asText()) {
                case "image", "image_url" -> media[0]++;
                case "document", "file" -> media[1]++;
                case "tool_result" -> countMedia(block.path("content"), media);
                default -> { }
            }
        }
    }

    private static void collectResults(JsonNode message, List<String> results) {
        if (role(message).equals("tool")) {
            results.add(shortened(message.path("content"), false));
            return;
        }
        for (JsonNode block : message.path("content")) {
            if (block.path("type").asText().equals("tool_result")) {
                results.add(shortened(block.path("content"), block.path("is_error").asBoolean()));
            }
        }
    }

    private static String shortened(JsonNode content, boolean error) {
        StringBuilder text = new StringBuilder(error ? "[error] " : "");
        if (content.isTextual()) {
            text.append(content.asText());
        }
        for (JsonNode block : content) {
            switch (block.path("type").asText()) {
                case "text" -> text.append(block.path("text").asText());
                case "image", "image_url" -> text.append("[image]");
                default -> text.append('[').append(block.path("type").asText()).append(']');
            }
        }
        return cut(text.toString(), RESULT_LENGTH);
    }

    /** The text without its directives. */
    String spoken() {
        return String.join("\n", text.lines().filter(line -> !Script.hasDirective(line)).toList());
    }

    /** The first characters of a text, one line. */
    static String cut(String text, int length) {
        String line = text.substring(0, Math.min(text.length(), 8 * length)).replaceAll("\\s+", " ").strip();
        if (line.codePointCount(0, line.length()) <= length) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, length));
    }
}
