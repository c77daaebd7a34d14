/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each chat dialect refuses, and what it must let pass. */
class ChatStrictnessTest {

    private static final String TOOL =
            "{\"type\":\"function\",\"function\":{\"name\":\"T\",\"parameters\":{\"type\":\"object\"}}}";

    private final Simulator simulator = Simulator.start();
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    private static ObjectNode with(String members) {
        ObjectNode body = Requests.body("m", "x");
        body.setAll((ObjectNode) Requests.json(members.replace("TOOL", TOOL)));
        return body;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]}|stop: List should have at most 4 items",
        "{\"stop\":5}|stop: Input should be a valid string or a list of strings",
        "{\"tools\":[TOOL],\"tool_choice\":{\"type\":\"auto\"}}|tool_choice.type: Input should be 'function'",
        "{\"tools\":[TOOL],\"tool_choice\":{\"type\":\"tool\",\"name\":\"T\"}}|tool_choice.type: Input should be 'function'",
        "{\"tools\":[TOOL],\"tool_choice\":\"any\"}|tool_choice: Input should be 'none', 'auto' or 'required'",
        "{\"tools\":[TOOL,TOOL]}|tools: Tool names must be unique.",
        "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"T\",\"parameters\":{}}}]}"
                + "|tools.0.function.parameters.type: Input should be 'object'",
        "{\"tools\":[{\"name\":\"T\",\"input_schema\":{}}]}|tools.0.type: Input should be 'function'",
        "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"T\",\"parameters\":{\"type\":\"object\","
                + "\"defer_loading\":true}}}]}|tools.0.function.parameters.defer_loading: Extra inputs are not permitted",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{}}]}]}"
                + "|messages.0.content.0.type: Input should be 'text' or 'image_url'",
        "{\"messages\":[{\"role\":\"user\"}]}|messages.0.content: Input should be a valid string",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:png,x\"}}]}]}"
                + "|messages.0.content.0.image_url.url: Input should be a valid URL",
        "{\"response_format\":{\"type\":\"json_schema\",\"schema\":{}}}"
                + "|response_format.json_schema: name and schema are required",
    })
    void everyDialectRefuses(String members, String message) throws Exception {
        assertEquals(message, requests.refusal(Requests.OPENROUTER_CHAT, with(members)));
        assertEquals(message, requests.refusal(Requests.LITELLM_CHAT, with(members)));
    }

    @Test
    void callIdsAreUniqueInTheWholeConversation() throws Exception {
        String call = "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"a\",\"type\":\"function\","
                + "\"function\":{\"name\":\"T\",\"arguments\":\"ARGUMENTS\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"a\",\"content\":\"r\"}";
        String good = call.replace("ARGUMENTS", "{}");

        assertEquals(200, requests.post(Requests.LITELLM_CHAT, with("{\"messages\":[" + good + "]}")).statusCode());
        assertEquals("messages.2.tool_calls.0.id: ids must be unique",
                requests.refusal(Requests.LITELLM_CHAT, with("{\"messages\":[" + good + "," + good + "]}")));
        assertEquals("messages.0.tool_calls.0.function.arguments: Input should be a JSON object",
                requests.refusal(Requests.LITELLM_CHAT, with("{\"messages\":[" + call.replace("ARGUMENTS", "[") + "]}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"thinking", "system", "output_config", "context_management", "anthropic_version",
            "anthropic_beta", "stop_sequences", "safeguards"})
    void openRouterRefusesWhatOnlyAnthropicHas(String field) throws Exception {
        ObjectNode body = Requests.body("m", "x");
        body.putObject(field);

        assertEquals(field + ": Extra inputs are not permitted", requests.refusal(Requests.OPENROUTER_CHAT, body));
        if (!field.equals("thinking")) {
            assertEquals(field + ": Extra inputs are not permitted", requests.refusal(Requests.LITELLM_CHAT, body));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"metadata\":{\"user\":{}}}|metadata: Expected a map of strings",
        "{\"reasoning\":{\"effort\":\"high\",\"max_tokens\":1024}}"
                + "|Only one of \"reasoning.effort\" and \"reasoning.max_tokens\" can be specified",
        "{\"reasoning\":{\"effort\":\"huge\"}}|reasoning.effort: Invalid option",
        "{\"reasoning\":{\"max_tokens\":2048}}|`max_tokens` must be greater than `thinking.budget_tokens`",
        "{\"messages\":[{\"role\":\"assistant\",\"content\":\"x\",\"thinking_blocks\":[]}]}"
                + "|messages.0.thinking_blocks: Extra inputs are not permitted",
        "{\"messages\":[{\"role\":\"assistant\",\"content\":\"x\",\"reasoning_content\":\"x\"}]}"
                + "|messages.0.reasoning_content: Extra inputs are not permitted",
    })
    void openRouterRefuses(String members, String message) throws Exception {
        assertEquals(message, requests.refusal(Requests.OPENROUTER_CHAT, with(members)));
    }

    @Test
    void openRouterTakesItsOwn() throws Exception {
        ObjectNode body = with("{\"reasoning\":{\"effort\":\"xhigh\",\"exclude\":true},\"session_id\":\"s\",\"user\":\"u\","
                + "\"provider\":{\"order\":[\"anthropic\"]},\"plugins\":[{\"id\":\"web\"}],\"usage\":{\"include\":true},"
                + "\"top_k\":5,\"cache_control\":{\"type\":\"ephemeral\"},\"parallel_tool_calls\":false,"
                + "\"metadata\":{\"a\":\"b\"},\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
                + "{\"name\":\"n\",\"strict\":true,\"schema\":{\"type\":\"object\"}}},\"tools\":[{\"type\":\"function\","
                + "\"cache_control\":{\"type\":\"ephemeral\"},\"function\":{\"name\":\"T\",\"strict\":true,"
                + "\"parameters\":{\"type\":\"object\"}}}],\"tool_choice\":\"auto\",\"messages\":["
                + "{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"s\",\"cache_control\":{}}]},"
                + "{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\","
                + "\"file_data\":\"data:application/pdf;base64,QQ==\"}}]},"
                + "{\"role\":\"assistant\",\"content\":\"a\",\"reasoning\":\"r\",\"reasoning_details\":["
                + "{\"type\":\"reasoning.text\",\"text\":\"r\",\"signature\":\"foreign\",\"index\":0},"
                + "{\"type\":\"reasoning.encrypted\",\"data\":\"foreign\"},"
                + "{\"type\":\"reasoning.summary\",\"summary\":\"s\"}]},"
                + "{\"role\":\"user\",\"content\":\"go on\"}]}");

        requests.answer(Requests.OPENROUTER_CHAT, body);
    }

    @Test
    void liteLlmTakesItsOwn() throws Exception {
        ObjectNode body = with("{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024},"
                + "\"response_format\":{\"type\":\"json_object\"},\"reasoning_effort\":\"high\",\"messages\":["
                + "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
                + "\"data:application/pdf;base64,QQ==\"},{\"type\":\"text\",\"text\":\"x\",\"cache_control\":{}}]},"
                + "{\"role\":\"assistant\",\"content\":\"a\",\"reasoning_content\":\"r\",\"thinking_blocks\":["
                + "{\"type\":\"thinking\",\"thinking\":\"r\",\"signature\":\"foreign\"}]},"
                + "{\"role\":\"user\",\"content\":\"go on\"}]}");
        body.remove("max_tokens");
        requests.answer(Requests.LITELLM_CHAT, body);

        assertEquals("`max_tokens` must be greater than `thinking.budget_tokens`",
                requests.refusal(Requests.LITELLM_CHAT, body.put("max_tokens", 1000)));
    }

    @Test
    void databricksKnowsTheModelFromThePath() throws Exception {
        ObjectNode body = Requests.body("m", "x");
        assertEquals("model: Extra inputs are not permitted",
                requests.refusal("/serving-endpoints/m/invocations", body));
        body.remove("model");
        assertEquals("m", requests.answer("/serving-endpoints/m/invocations", body).path("model").asText());
    }

    @ParameterizedTest
    @CsvSource({"databricks-claude-opus-4-5,adaptive", "databricks-claude-sonnet-4,adaptive",
            "databricks-claude-3-7-sonnet,adaptive", "claude-haiku-4-5,adaptive", "databricks-claude-opus-5-5,enabled",
            "databricks-claude-opus-4-7,enabled"})
    void databricksModelsThatDoNotTakeAFormOfThinking(String model, String type) throws Exception {
        ObjectNode body = Requests.body(model, "x");
        body.putObject("thinking").put("type", type);
        if (type.equals("enabled")) {
            body.withObject("/thinking").put("budget_tokens", 1024);
        }
        String expected = type.equals("enabled")
                ? "\"thinking.type.enabled\" is not supported for this model."
                : "adaptive thinking is not supported on this model";

        assertTrue(requests.refusal(Requests.DATABRICKS_CHAT, body).startsWith(expected));
    }

    @ParameterizedTest
    @CsvSource({"databricks-claude-opus-4-6,adaptive", "databricks-claude-opus-4-6,enabled",
            "databricks-claude-opus-5-5,adaptive", "databricks-claude-sonnet-4-5,enabled", "m,disabled"})
    void databricksModelsThatDo(String model, String type) throws Exception {
        ObjectNode body = Requests.body(model, "x");
        body.putObject("thinking").put("type", type);
        if (type.equals("enabled")) {
            body.withObject("/thinking").put("budget_tokens", 1024);
        }

        JsonNode content = requests.answer(Requests.DATABRICKS_CHAT, body).at("/choices/0/message/content");
        assertEquals(!type.equals("disabled"), content.isArray());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"thinking\":{\"type\":\"between_tools\"}}|thinking.type: Input should be 'enabled', 'disabled' or 'adaptive'",
        "{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}}"
                + "|`max_tokens` must be greater than `thinking.budget_tokens`",
        "{\"thinking\":{\"type\":\"adaptive\"},\"tools\":[TOOL],\"tool_choice\":\"required\"}"
                + "|Thinking may not be enabled when tool_choice forces tool use.",
        "{\"stream\":true,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{}}}}"
                + "|response_format: json_schema is not supported for this model",
        "{\"tools\":[{\"type\":\"function\",\"defer_loading\":true,\"function\":{\"name\":\"T\"}}]}"
                + "|tools.0.defer_loading: Extra inputs are not permitted",
        "{\"messages\":[{\"role\":\"assistant\",\"content\":[]}]}"
                + "|messages.0: text content blocks must be non-empty",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
                + "{\"url\":\"data:application/pdf;base64,QQ==\"}}]}]}|messages.0.content.0.image.source.base64.media_type:"
                + " Input should be 'image/jpeg', 'image/png', 'image/gif' or 'image/webp'",
        "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{}}]}]}"
                + "|messages.0.content.0.type: Input should be 'text' or 'image_url'",
        "{\"messages\":[{\"role\":\"assistant\",\"content\":[{\"type\":\"reasoning\",\"summary\":[]}]}]}"
                + "|messages.0.content.0.summary: Field required",
        "{\"messages\":[{\"role\":\"assistant\",\"content\":\"x\",\"reasoning_details\":[]}]}"
                + "|messages.0.reasoning_details: Extra inputs are not permitted",
    })
    void databricksRefuses(String members, String message) throws Exception {
        assertEquals(message, requests.refusal(Requests.DATABRICKS_CHAT, with(members)));
    }

    @Test
    void databricksTakesImagesInBothSpellings() throws Exception {
        requests.answer(Requests.DATABRICKS_CHAT, with("{\"messages\":[{\"role\":\"user\",\"content\":["
                + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;base64,QQ==\"}},"
                + "{\"type\":\"image\",\"image_url\":\"data:image/webp;base64,QQ==\",\"cache_control\":{}}]}]}"));
    }
}
