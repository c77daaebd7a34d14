/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.convert.chatrequest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.convert.UpstreamTerms;
import io.caravan.format.chat.PublicUrl;
import io.caravan.format.json.Json;
import io.caravan.format.json.MalformedBody;
import io.caravan.learning.Refusals;
import io.caravan.provider.ChatDialect.Rule;
import io.caravan.provider.Dialects;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused, and what the answer's side is told; what is sent stands in the wire folders. */
class ChatRequestTest {

    private static UpstreamTerms terms(Dialects dialect) {
        return terms(dialect, false);
    }

    private static UpstreamTerms terms(Dialects dialect, boolean strictSchema) {
        return new UpstreamTerms(dialect.chat(), "m", ChatCase.traits(Json.MAPPER.createObjectNode()),
                dialect.chat().rules(), strictSchema, null, null, Refusals.NONE);
    }

    private static ChatRequest convert(Dialects dialect, String body) {
        return ChatRequest.of(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), terms(dialect));
    }

    private static String refused(Dialects dialect, String body) {
        return assertThrows(MalformedBody.class, () -> convert(dialect, body)).getMessage();
    }

    private static String withMessages(String messages) {
        return "{'model':'m','max_tokens':9,'messages':[" + messages + "]}";
    }

    private static String withUser(String block) {
        return withMessages("{'role':'user','content':['x'," + block + "]}").replace("'x',", "{'type':'text','text':'x'},");
    }

    @ParameterizedTest // E35
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{'max_tokens':1,'messages':[]}|model: Field required",
        "{'model':'m','messages':[]}|max_tokens: Field required",
        "{'model':'m','max_tokens':1}|messages: Field required",
        "{'model':7,'max_tokens':1,'messages':[]}|model: Input should be a valid string",
        "{'model':'m','max_tokens':'1','messages':[{'role':'user','content':'x'}]}"
                + "|max_tokens: Input should be a valid integer",
        "{'model':'m','max_tokens':-1,'messages':[{'role':'user','content':'x'}]}"
                + "|max_tokens: Input should be greater than or equal to 0",
        "{'model':'m','max_tokens':1,'messages':{}}|messages: Input should be a valid list",
        "{'model':'m','max_tokens':1,'messages':[]}|messages: at least one message is required",
        "[]|The request body must be a JSON object.",
    })
    void requiredFields(String body, String message) {
        assertEquals(message, refused(Dialects.DATABRICKS, body));
    }

    @ParameterizedTest // E36
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{'role':'tool','content':'x'}|messages.0.role: Input should be 'user', 'assistant' or 'system'",
        "{'content':'x'}|messages.0.role: Field required",
        "7|messages.0: Input should be a valid dictionary",
        "{'role':'user'}|messages.0.content: Field required",
        "{'role':'user','content':null}|messages.0.content: Input should be a valid list",
        "{'role':'user','content':['x']}|messages.0.content.0: Input should be a valid dictionary",
        "{'role':'user','content':[{'text':'x'}]}|messages.0.content.0.type: Field required",
        "{'role':'user','content':[{'type':null,'text':'x'}]}|messages.0.content.0.type: Field required",
        "{'role':'user','content':[{'type':'text'}]}|messages.0.content.0.text.text: Field required",
        "{'role':'user','content':[{'type':'text','text':1}]}"
                + "|messages.0.content.0.text.text: Input should be a valid string",
        "{'role':'user','content':[{'type':'tool_result'}]}|messages.0.content.0.tool_result.tool_use_id: Field required",
        "{'role':'assistant','content':[{'type':'tool_use','name':'A'}]}|messages.0.content.0.tool_use.id: Field required",
        "{'role':'user','content':[{'type':'image'}]}|messages.0.content.0.image.source: Field required",
        "{'role':'user','content':''}|messages: at least one message is required",
    })
    void messagesThatAreNone(String message, String words) {
        assertEquals(words.replace('\'', '"'),
                refused(Dialects.OPENROUTER, withMessages(message)).replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{'messages':[{'role':'user','content':{'type':'text','text':'x'}}]}|messages.0.content",
        "{'messages':[{'role':'user','content':7}]}|messages.0.content",
        "{'messages':[{'role':'user','content':'x'}],'tools':{'a':{}}}|tools",
    })
    void whatIsNoListIsAnOpenAiClientsFaultWhereTheUpstreamIsStrict(String body, String member) {
        MalformedBody refusal = assertThrows(MalformedBody.class, () -> ChatRequest.Rewrite.of(
                body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), terms(Dialects.DATABRICKS)));

        assertEquals(member + ": Input should be a valid list", refusal.getMessage());
    }

    @ParameterizedTest // M12
    @ValueSource(strings = {"http://example.com/a.png", "https://localhost/a", "https://127.0.0.1/a", "https://[::1]/a",
        "https://10.1.2.3/", "https://192.168.0.1/", "https://169.254.169.254/latest", "https://0177.0.0.1/",
        "https://2130706433/", "https://u:p@example.com/", "https://metadata.google.internal/", "file:///etc/passwd",
        "https://[fd00::1]/", "https://[::ffff:127.0.0.1]/", "https://[2002:7f00:1::]/", "https://a.localhost./", "x", ""})
    void imagesAtPrivateOrPlainHostsAreRefusedEverywhere(String url) {
        for (Dialects dialect : Dialects.values()) {
            assertEquals("messages.0.content.1.image.source.url: only https URLs of public hosts are supported",
                    refused(dialect, withUser("{'type':'image','source':{'type':'url','url':'" + url + "'}}")));
            assertThrows(MalformedBody.class, () -> ChatRequest.Rewrite.of(("{\"messages\":[{\"role\":\"user\",\"content\":"
                    + "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"http://h/" + url + "\"}}]}]}")
                    .getBytes(StandardCharsets.UTF_8), terms(dialect)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.com/a.png", "https://93.184.216.34/a", "https://[2606:2800:220:1::]/a",
        "HTTPS://Example.COM:8443/a?b=c"})
    void imagesAtPublicHostsAreNot(String url) {
        assertTrue(PublicUrl.is(url));
    }

    @Test // M12
    void databricksTakesNoImageUrl() {
        assertEquals("messages.0.content.1.image.source.url: remote image URLs are not supported; send the image as base64",
                refused(Dialects.DATABRICKS,
                        withUser("{'type':'image','source':{'type':'url','url':'https://example.com/a.png'}}")));
    }

    @ParameterizedTest // M14
    @EnumSource(Dialects.class)
    void fileSourcesNeedTheNativeRoute(Dialects dialect) {
        for (String type : new String[] {"image", "document"}) {
            assertEquals("messages.0.content.1." + type + ".source: file sources need the native route",
                    refused(dialect, withUser("{'type':'" + type + "','source':{'type':'file','file_id':'f'}}")));
        }
    }

    @Test // M16
    void databricksTakesNoPdf() {
        String pdf = "{'type':'document','source':{'type':'base64','media_type':'application/pdf','data':'JVBERi0='}}";

        assertEquals("capability_rejected: document_block", refused(Dialects.DATABRICKS, withUser(pdf)));
        assertEquals("capability_rejected: document_block", refused(Dialects.DATABRICKS,
                withUser("{'type':'tool_result','tool_use_id':'t','content':[" + pdf + "]}")));
    }

    @Test // M49
    void aServerToolAloneIsRefusedByName() {
        assertEquals("tools.0: the tool `web_search` (web_search_20250305) is not supported by this upstream",
                refused(Dialects.DATABRICKS, withTools("{'type':'web_search_20250305','name':'web_search'}")));
        assertEquals("tools.0: the tool `computer` (computer_20250124) is not supported by this upstream",
                refused(Dialects.OPENROUTER, withTools("{'type':'computer_20250124','name':'computer'}")));
        assertEquals("tools.1: the tool `web_fetch` (web_fetch_20250910) is not supported by this upstream",
                refused(Dialects.LITELLM, withTools("{'name':'A','input_schema':{'type':'object'}},"
                        + "{'type':'web_fetch_20250910','name':'web_fetch'}")));
        assertEquals("tools.0.custom.name: Field required", refused(Dialects.OPENROUTER, withTools("{}")));
    }

    private static String withTools(String tools) {
        return "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'x'}],'tools':[" + tools + "]}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"mcp_servers", "container"})
    void whatChangesTheMeaningIsRefused(String field) {
        String body = "{'model':'m','max_tokens':9,'messages':[{'role':'user','content':'x'}],'" + field + "':";

        assertTrue(refused(Dialects.LITELLM, body + "[{'url':'u'}]}").startsWith(field + ":"));
        assertFalse(convert(Dialects.LITELLM, body + "null}").dropped().contains(field));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{}x", "{\"a\":1}{}", "nul", "\u0000\u0000", "{\"a\":\"\u0001\"}"})
    void noJson(String body) {
        assertThrows(MalformedBody.class, () -> convert(Dialects.LITELLM, body));
    }

    @Test
    void tooDeep() {
        String deep = withTools("{'name':'A','input_schema':" + "{'a':".repeat(600) + "1" + "}".repeat(600) + "}");
        String nearlyTooDeep = withTools("{'name':'A','input_schema':" + "{'a':".repeat(497) + "1" + "}".repeat(497) + "}");

        assertThrows(MalformedBody.class, () -> convert(Dialects.LITELLM, deep));
        assertEquals("The request body is nested too deeply.", refused(Dialects.LITELLM, nearlyTooDeep));
    }

    @Test // M35
    void tellsTheAnswersSideAboutThinking() {
        String body = "{'model':'m','max_tokens':9999,'messages':[{'role':'user','content':'x'}],'thinking':";
        ChatRequest omitted = convert(Dialects.OPENROUTER, body + "{'type':'adaptive','display':'omitted'}}");
        ChatRequest shown = convert(Dialects.OPENROUTER, body + "{'type':'enabled','budget_tokens':2000}}");
        ChatRequest disabled = convert(Dialects.OPENROUTER, body + "{'type':'disabled','display':'omitted'}}");

        assertTrue(omitted.thinkingAsked() && omitted.thinkingOmitted());
        assertTrue(shown.thinkingAsked() && !shown.thinkingOmitted());
        assertFalse(disabled.thinkingAsked() || disabled.thinkingOmitted());
    }

    @Test // M42
    void longToolNamesComeBack() throws IOException {
        String name = "mcp__server__" + "x".repeat(70);
        ChatRequest request = convert(Dialects.OPENROUTER, withTools("{'name':'" + name + "','input_schema':{}}"));
        JsonNode sent = Json.MAPPER.readTree(request.body());

        String upstream = sent.path("tools").path(0).path("function").path("name").asText();
        assertEquals(64, upstream.length());
        assertEquals(name, request.toolNames().get(upstream));
    }

    @ParameterizedTest // M03, M54
    @EnumSource(Dialects.class)
    void theRealClientsBody(Dialects dialect) throws IOException {
        ChatRequest request = ChatRequest.of(RealisticBody.json(), terms(dialect));
        String text = new String(request.body(), StandardCharsets.UTF_8);
        JsonNode sent = Json.MAPPER.readTree(text);

        for (String gone : new String[] {"context_management", "output_config", "metadata", "safeguards", "private-path",
            "defer_loading", "eager_input_streaming", "DeferredToolPlaceholder", "billing-header", "$schema"}) {
            assertFalse(text.contains(gone), gone);
        }
        assertEquals(20, sent.path("tools").size());
        assertEquals(64000, sent.path("max_tokens").asInt());
        assertEquals(1 + 1 + 10 * 2, sent.path("messages").size());
        assertTrue(request.thinkingOmitted());
        assertTrue(request.dropped().contains("safeguards"));
    }

    @Test
    void aSchemaThatRefersToItselfOverAndOverStaysSmall() {
        StringBuilder definitions = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            definitions.append(i == 0 ? "" : ",").append("'D").append(i).append("':{'properties':{'a':{'$ref':'#/$defs/D")
                    .append(i + 1).append("'},'b':{'$ref':'#/$defs/D").append(i + 1).append("'}},'title':'")
                    .append("t".repeat(1000)).append("'}");
        }
        String body = withTools("{'name':'A','input_schema':{'$ref':'#/$defs/D0','$defs':{" + definitions + "}}}");
        UpstreamTerms strict = terms(Dialects.DATABRICKS, true);

        byte[] sent = ChatRequest.of(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8), strict).body();

        assertTrue(sent.length < 1024 * 1024, sent.length + " bytes");
    }

    @Test
    void rulesAreSpeltWithDashes() {
        assertEquals("empty-content-null", Rule.EMPTY_CONTENT_NULL.setting());
    }
}
