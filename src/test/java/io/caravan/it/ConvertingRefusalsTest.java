/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.FaultsRequestTest.header;
import static io.caravan.it.FaultsRequestTest.json;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a chat upstream cannot be sent: a 400 in words before it is asked, or left out and named. */
@DisplayName("what the converting lane refuses or leaves out (M12, M14, M16, M49, M54, M55; x-caravan-dropped)")
class ConvertingRefusalsTest {

    private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();

    @BeforeAll
    static void start() {
        Gateway.CHAT.forEach(backend -> GATEWAYS.put(backend, Gateway.start(backend)));
        GATEWAYS.put("FETCHING", Gateway.start("DATABRICKS_INVOCATIONS", "PROXY_FETCH_IMAGES=true"));
    }

    @AfterAll
    static void close() {
        GATEWAYS.values().forEach(Gateway::close);
    }

    private static Gateway gateway(String backend) {
        Gateway gateway = GATEWAYS.get(backend);
        gateway.upstream(null);
        return gateway;
    }

    private static String with(String members) {
        return Gateway.PLAIN.replace("\"messages\"", members + ",\"messages\"");
    }

    private static String content(String block) {
        return Gateway.PLAIN.replace("\"say hi\"", "[" + block + "]");
    }

    private static String image(String url) {
        return content("{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"" + url + "\"}}");
    }

    private static void assertRefused(Gateway gateway, String body, String message) {
        assertFault(gateway.post(body), 400, "invalid_request_error", message);
        assertFault(gateway.post(body.replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\"")), 400,
                "invalid_request_error", message);
        assertEquals(List.of(), gateway.simulator().requests(), "the upstream is not asked");
    }

    @Test
    @DisplayName("M12: an image at a public URL")
    void anImageAtAPublicUrlGoesWhereItIsTaken() {
        String url = "https://example.com/x.png";
        assertRefused(gateway("DATABRICKS_INVOCATIONS"), image(url),
                "messages.0.content.0.image.source.url: remote image URLs are not supported; send the image as base64");
        for (String backend : new String[] {"OPENROUTER_CHAT", "LITELLM_OPENROUTER"}) {
            Gateway gateway = gateway(backend);
            assertEquals(200, gateway.post(image(url)).statusCode());
            assertEquals(url, gateway.received().json().at("/messages/0/content/0/image_url/url").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://example.com/x.png", "https://127.0.0.1/x.png", "https://localhost/x.png",
            "https://10.0.0.1/x.png",
        "https://169.254.169.254/latest", "https://[::1]/x.png", "file:///etc/passwd"})
    @DisplayName("M12: an image elsewhere is refused everywhere, also where images are fetched")
    void anImageAtAPrivateUrlIsRefused(String url) {
        GATEWAYS.keySet().forEach(backend -> assertRefused(gateway(backend), image(url),
                "messages.0.content.0.image.source.url: only https URLs of public hosts are supported"));
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    @DisplayName("M14: an image by file id")
    void anImageByFileIdIsRefused(String backend) {
        assertRefused(gateway(backend), content("{\"type\":\"image\",\"source\":{\"type\":\"file\","
                + "\"file_id\":\"file_1\"}}"),
                "messages.0.content.0.image.source: file sources need the native route");
    }

    @Test
    @DisplayName("M16: a PDF where none is taken, in the token Claude Code knows")
    void aPdfIsRefused() {
        assertRefused(gateway("DATABRICKS_INVOCATIONS"), content("{\"type\":\"document\",\"source\":{\"type\":\"base64\","
                + "\"media_type\":\"application/pdf\",\"data\":\"JVBERi0x\"}}"), "capability_rejected: document_block");
    }

    @ParameterizedTest
    @CsvSource({"web_search_20250305,web_search", "code_execution_20250522,code_execution"})
    @DisplayName("M49: a server tool alone is refused by its name")
    void aServerToolAloneIsRefused(String type, String name) {
        HttpResponse<String> answer = gateway("DATABRICKS_INVOCATIONS").post(
                with("\"tools\":[{\"type\":\"" + type + "\",\"name\":\"" + name + "\"}]"));
        assertTrue(assertFault(answer, 400, "invalid_request_error").toString().contains(type), answer.body());
    }

    @Test
    @DisplayName("M49: OpenRouter's web search")
    void aWebSearchBecomesOpenRoutersPlugin() {
        Gateway gateway = gateway("OPENROUTER_CHAT");
        assertEquals(200, gateway.post(with("\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\","
                + "\"max_uses\":8}]"))
                .statusCode());
        assertEquals("web", gateway.received().json().at("/plugins/0/id").asText());
    }

    // E35 and E36 at the front door: words in path style, and the upstream is not asked
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"model\":\"claude-sonnet-4-5\",\"messages\":[]} | max_tokens: Field required",
        "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":5} | messages: Field required",
        "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":5,\"messages\":[],\"mcp_servers\":[{}]} | "
                + "mcp_servers: not supported by this upstream; it needs the native route"})
    void whatIsMissingIsNamed(String body, String message) {
        Gateway.CHAT.forEach(backend -> assertRefused(gateway(backend), body, message));
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    @DisplayName("M54, M55: what has no counterpart is left out, named in a header and counted; a client adds no series")
    void whatIsLeftOutIsNamedAndCounted(String backend) {
        Gateway gateway = gateway(backend);
        String body = with("\"context_management\":{\"edits\":[]},"
                + "\"safeguards\":[{\"classifier_context\":{\"home\":\"/home/private\"}}],"
                + "\"diagnostics\":{},\"foo_of_the_client\":1");
        String id = switch (backend) {
            case "DATABRICKS_INVOCATIONS" -> "databricks";
            case "OPENROUTER_CHAT" -> "openrouter";
            default -> "litellm-openrouter";
        };
        String series = "caravan_dropped_total{backend=\"" + id + "\",what=\"%s\"}";
        double before = MetricsTest.value(gateway, series.formatted("context_management"));
        for (String request : new String[] {body, body.replace("\"max_tokens\"", "\"stream\":true,\"max_tokens\"")}) {
            HttpResponse<String> answer = gateway.post(request);
            assertEquals(200, answer.statusCode(), answer.body());
            List<String> dropped = List.of(header(answer, "x-caravan-dropped").split(", "));
            assertTrue(dropped.containsAll(List.of("context_management", "safeguards", "diagnostics")), dropped.toString());
            assertTrue(dropped.stream().noneMatch(name -> name.contains("client")), dropped.toString());
            assertEquals(dropped.stream().distinct().toList(), dropped, "each once");
            String sent = new String(gateway.received().body());
            assertTrue(!sent.contains("private") && !sent.contains("foo_of") && !sent.contains("diagnostics"), sent);
        }
        await().untilAsserted(() ->
                assertEquals(before + 2, MetricsTest.value(gateway, series.formatted("context_management"))));
        assertEquals(2, MetricsTest.value(gateway, series.formatted("safeguards")));
        assertTrue(!MetricsTest.scrape(gateway).contains("foo_of_the_client"));
    }

    @ParameterizedTest
    @FieldSource("io.caravan.it.Gateway#CHAT")
    void whereNothingIsLeftOutThereIsNoSuchHeader(String backend) {
        assertNull(header(gateway(backend).post(Gateway.PLAIN), "x-caravan-dropped"));
        assertNull(header(gateway(backend).post(Gateway.STREAM), "x-caravan-dropped"));
    }

    @Test
    @DisplayName("what an OpenAI client is left out of is named too, and never in its own words")
    void anOpenAiClientIsToldToo() {
        Gateway gateway = gateway("DATABRICKS_INVOCATIONS");
        HttpResponse<String> answer = gateway.chat(with("\"seed\":7,\"parallel_tool_calls\":false,\"foo_of_the_client\":1"));
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(header(answer, "x-caravan-dropped").contains("seed"), answer.headers().toString());
        assertTrue(!header(answer, "x-caravan-dropped").contains("client"), answer.headers().toString());
        assertTrue(!gateway.received().json().has("seed") && json(answer.body()).has("choices"));
    }
}
