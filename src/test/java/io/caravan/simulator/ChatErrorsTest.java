/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors in the spelling of each chat dialect. */
class ChatErrorsTest {

    private final Simulator simulator = Simulator.start();
    private final Requests requests = new Requests(simulator);

    @AfterEach
    void close() {
        simulator.close();
    }

    private JsonNode error(String path, int status, String fault) throws Exception {
        HttpResponse<String> response = requests.post(path, Requests.body("m!" + fault, "hi"));
        assertEquals(status, response.statusCode());
        return Requests.json(response.body());
    }

    private String refused(String path, ObjectNode body, String fault) throws Exception {
        HttpResponse<String> response = requests.send(requests.request(path, body).header("x-simulate", fault));
        return response.statusCode() == 200 ? "none" : Requests.message(response.body());
    }

    @Test
    void envelopes() throws Exception {
        JsonNode databricks = error(Requests.DATABRICKS_CHAT, 400, "prompt-too-long");
        assertEquals("BAD_REQUEST", databricks.path("error_code").asText());
        assertTrue(databricks.path("message").asText().startsWith("{\"message\":\"prompt is too long"));

        JsonNode openRouter = error(Requests.OPENROUTER_CHAT, 400, "context-length-exceeded").path("error");
        assertEquals(400, openRouter.path("code").asInt());
        assertEquals("context_length_exceeded", openRouter.at("/metadata/error_type").asText());
        assertTrue(openRouter.path("message").asText().contains("maximum context length is 200000 tokens"));

        String liteLlm = error(Requests.LITELLM_CHAT, 400, "prompt-too-long").at("/error/message").asText();
        assertTrue(liteLlm.startsWith("litellm.BadRequestError: AnthropicException - {\"type\":\"error\""));
        assertTrue(error(Requests.LITELLM_CHAT, 400, "context-length-exceeded").at("/error/message").asText()
                .startsWith("litellm.ContextWindowExceededError: "));
    }

    @Test
    void messagesThatAreNotWrapped() throws Exception {
        String fault = "status=400;flat-message;message=Bad request: json: unknown field \"inputs\"";

        assertEquals("Bad request: json: unknown field \"inputs\"",
                error(Requests.DATABRICKS_CHAT, 400, fault).path("message").asText());
        assertEquals("litellm.BadRequestError: Bad request: json: unknown field \"inputs\"",
                error(Requests.LITELLM_CHAT, 400, fault).at("/error/message").asText());
    }

    @Test
    void databricksCodesByTheirNames() throws Exception {
        assertEquals("ENDPOINT_NOT_FOUND", error(Requests.DATABRICKS_CHAT, 404, "status=404;type=ENDPOINT_NOT_FOUND")
                .path("error_code").asText());
        assertEquals("TEMPORARILY_UNAVAILABLE", error(Requests.DATABRICKS_CHAT, 503, "status=503")
                .path("error_code").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {Requests.DATABRICKS_CHAT, Requests.OPENROUTER_CHAT, Requests.LITELLM_CHAT})
    void errorsHideInA200(String path) throws Exception {
        JsonNode error = error(path, 200, "error-in-200=rate_limit_error;message=later");

        assertTrue(error.has("error_code") || error.has("error"));
        assertFalse(error.has("choices"));
        assertTrue(error.toString().contains("later"));
        assertTrue(error.toString().contains("429") || error.toString().contains("REQUEST_LIMIT_EXCEEDED"));
        assertTrue(requests.post(path, Requests.streamed("m!error-in-200", "hi")).body().startsWith("{\"error"));
    }

    @ParameterizedTest
    @ValueSource(strings = {Requests.DATABRICKS_CHAT, Requests.OPENROUTER_CHAT, Requests.LITELLM_CHAT})
    void errorsInTheStream(String path) throws Exception {
        for (String fault : new String[] {"error-first", "error-after-start", "error-mid"}) {
            var events = Requests.events(requests.post(path, Requests.streamed("m!" + fault, "hello you")).body());
            JsonNode last = events.get(events.size() - 1).json();
            assertTrue(last.has("error_code") || last.has("error"), last::toString);
            int before = switch (fault) {
                case "error-first" -> 0;
                case "error-after-start" -> 1;
                default -> 3;
            };
            assertEquals(before + 1, events.size());
        }
        assertTrue(requests.post(path, Requests.streamed("m!bad-json-frame", "hello you")).body().contains("\"ind\n\n"));
    }

    @Test
    void errorsInTheStreamByStatusAndInPlainSpelling() throws Exception {
        ObjectNode body = Requests.streamed("m!error-mid=502", "hello you");
        String openRouter = requests.post(Requests.OPENROUTER_CHAT, body).body();
        JsonNode chunk = Requests.chunks(openRouter).get(3);
        assertEquals(502, chunk.at("/error/code").asInt());
        assertEquals("api_error", chunk.at("/error/metadata/error_type").asText());
        assertEquals("error", chunk.at("/choices/0/finish_reason").asText());

        JsonNode plain = Requests.chunks(requests.post(Requests.DATABRICKS_CHAT,
                Requests.streamed("m!error-first=429;plain-error;message=later", "hi")).body()).get(0);
        assertEquals("rate_limit_error", plain.at("/error/type").asText());
        assertEquals("later", plain.at("/error/message").asText());
        assertFalse(plain.has("choices"));

        JsonNode code = Requests.chunks(requests.post(Requests.DATABRICKS_CHAT,
                Requests.streamed("m!error-first=TEMPORARILY_UNAVAILABLE", "hi")).body()).get(0);
        assertEquals("TEMPORARILY_UNAVAILABLE", code.path("error_code").asText());
    }

    @Test
    void strictSchemasAreHealedByPlainOnes() throws Exception {
        for (String schema : new String[] {"{\"pattern\":\"x\"}", "{\"format\":\"uri\"}", "{\"$ref\":\"#/$defs/a\"}",
            "{\"maximum\":9007199254740991}", "{\"items\":{\"minimum\":-9007199254740991}}",
            "{\"properties\":{\"p\":{\"const\":1}}}", "{\"exclusiveMinimum\":0}"}) {
            assertTrue(refused(Requests.OPENROUTER_CHAT, withProperty(schema), "strict-schema")
                    .startsWith("tools.0.custom.input_schema: JSON schema is invalid"), schema);
        }
        String plain = "{\"type\":\"object\",\"properties\":{\"pattern\":{\"type\":\"string\"},"
                + "\"format\":{\"maximum\":100}},\"default\":{\"const\":1},\"anyOf\":[{\"type\":\"object\"}]}";
        assertEquals("none", refused(Requests.OPENROUTER_CHAT, withProperty(plain), "strict-schema"));
    }

    private static ObjectNode withProperty(String schema) {
        ObjectNode body = Requests.body("m", "x");
        Requests.addFunction(body, "T");
        body.withObject("/tools/0/function/parameters/properties").set("a", Requests.json(schema));
        return body;
    }

    @Test
    void refusalsOfTheChatHistory() throws Exception {
        ObjectNode body = Requests.body("m", "x");
        body.withArray("messages").insertObject(0).put("role", "system").put("content", "s");
        assertEquals("none", refused(Requests.LITELLM_CHAT, body, "no-system-role"));
        body.withArray("messages").addObject().put("role", "system").put("content", "s");
        assertEquals("messages.2.role: Input should be 'user' or 'assistant'",
                refused(Requests.LITELLM_CHAT, body, "no-system-role"));

        body.withArray("messages").addObject().put("role", "assistant").set("content", Requests.json(
                "[{\"type\":\"reasoning\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"t\",\"signature\":\"s\"}]}]"));
        assertEquals("messages.3.content.0.type: Input should be 'text' or 'image_url'",
                refused(Requests.DATABRICKS_CHAT, body, "no-reasoning-items"));
        assertEquals("none", refused(Requests.DATABRICKS_CHAT, body, "no-adaptive"));

        ObjectNode details = Requests.body("m", "x");
        details.withArray("messages").addObject().put("role", "assistant").put("content", "a").set("reasoning_details",
                Requests.json("[{\"type\":\"reasoning.text\",\"text\":\"t\",\"signature\":\"s\"}]"));
        assertTrue(refused(Requests.OPENROUTER_CHAT, details, "bad-signature").contains("Invalid `signature`"));
        assertEquals("messages.1.reasoning_details: Extra inputs are not permitted",
                refused(Requests.OPENROUTER_CHAT, details, "extra-input=messages.*.reasoning_details"));
    }

    @Test
    void tooManyTokensInBothSpellings() throws Exception {
        ObjectNode body = Requests.body("m", "x");
        body.remove("max_tokens");

        assertTrue(refused(Requests.LITELLM_CHAT, body.put("max_completion_tokens", 101), "max-tokens=100")
                .startsWith("max_tokens: 101 > 100"));
    }

    @Test
    void databricksSaysWhichPathsThereAre() throws Exception {
        HttpResponse<String> response = requests.post(Requests.NATIVE + "/count_tokens", Requests.body("m", "x"));

        assertEquals(404, response.statusCode());
        assertEquals("ENDPOINT_NOT_FOUND", Requests.json(response.body()).path("error_code").asText());
        assertTrue(response.body().contains("Path must be of form /serving-endpoints/"));
    }
}
