/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Tools that Anthropic defines and the client runs: {@code bash_*}, {@code text_editor_*}, {@code memory_*}. Claude knows
 * them by their type alone; a chat upstream is given them as functions with the schema that is published for them.
 */
final class ClientTools {

    /** @param type what its type begins with, before a date */
    private record Known(String type, String name, String description, ObjectNode schema) {
    }

    private static final String PATH = "'path': {'type': 'string', 'description': 'Absolute path of the file or directory.'}";
    private static final String EDITS = "'file_text': {'type': 'string', 'description': 'For create: the content of the file.'},"
            + "'old_str': {'type': 'string', 'description': 'For str_replace: the text to replace, which must be unique.'},"
            + "'new_str': {'type': 'string', 'description': 'For str_replace: the text to put in its place.'},"
            + "'insert_line': {'type': 'integer', 'description': 'For insert: the line behind which to insert; 0 for the start.'},"
            + "'insert_text': {'type': 'string', 'description': 'For insert: the text to insert.'},"
            + "'view_range': {'type': 'array', 'items': {'type': 'integer'},"
            + " 'description': 'For view: first and last line, from 1; -1 for the end of the file.'}";

    private static final List<Known> ALL = List.of(
            new Known("bash_", "bash", "Runs commands in a persistent bash session.", schema(
                    "{'type': 'object', 'properties': {"
                            + "'command': {'type': 'string', 'description': 'The command to run; required unless restart is true.'},"
                            + "'restart': {'type': 'boolean', 'description': 'Restarts the session.'}}}")),
            new Known("text_editor_", "str_replace_based_edit_tool", "Views, creates and edits files.", schema(
                    "{'type': 'object', 'properties': {"
                            + "'command': {'type': 'string', 'enum': ['view', 'create', 'str_replace', 'insert']},"
                            + PATH + "," + EDITS + "}, 'required': ['command', 'path']}")),
            new Known("memory_", "memory", "Views, creates, edits, renames and deletes files in the directory /memories,"
                    + " which outlives the conversation.", schema("{'type': 'object', 'properties': {"
                            + "'command': {'type': 'string', 'enum': ['view', 'create', 'str_replace', 'insert', 'delete', 'rename']},"
                            + PATH + "," + EDITS + ","
                            + "'old_path': {'type': 'string', 'description': 'For rename: the path as it is.'},"
                            + "'new_path': {'type': 'string', 'description': 'For rename: the path as it is to be.'}},"
                            + " 'required': ['command']}")));

    private ClientTools() {
    }

    /** The tool of the Messages API as one that spells its schema out; empty if the client does not run it. */
    static Optional<ObjectNode> spelt(JsonNode tool, String type) {
        return ALL.stream().filter(known -> isOf(known, type)).findFirst().map(known -> spelt(tool, known));
    }

    private static boolean isOf(Known known, String type) {
        int date = known.type.length();
        return type.startsWith(known.type) && type.length() > date && Character.isDigit(type.charAt(date));
    }

    private static ObjectNode spelt(JsonNode tool, Known known) {
        ObjectNode spelt = tool.deepCopy();
        spelt.put("name", tool.path("name").asText(known.name)).put("description", known.description);
        return spelt.set("input_schema", known.schema);
    }

    private static ObjectNode schema(String json) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(json.replace('\'', '"'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
