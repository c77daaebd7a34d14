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
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /v1/models} and {@code /v1/models/{id}}, for Anthropic's clients and OpenAI's. */
@DisplayName("the list of models (M73, E41, P11, R15)")
class ModelListTest {

    private static final String KEY = "sk-client-0123456789";
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "PROXY_API_KEYS=" + KEY);
    }

    @AfterAll
    static void close() {
        gateway.close();
    }

    private static HttpResponse<String> get(String path) {
        return ProbesTest.ask(gateway, "GET", path, "x-api-key", KEY);
    }

    private static JsonNode list(String path) {
        HttpResponse<String> answer = get(path);
        assertEquals(200, answer.statusCode(), answer.body());
        return json(answer.body());
    }

    private static List<String> ids(JsonNode list) {
        List<String> ids = new ArrayList<>();
        list.path("data").forEach(model -> ids.add(model.path("id").asText()));
        return ids;
    }

    // M73, P11: either credential, at once, no redirect, although the upstream is deaf
    @ParameterizedTest
    @CsvSource({"x-api-key,''", "authorization,'Bearer '"})
    void itComesAtOnceForEitherCredentialInBothShapes(String name, String scheme) throws IOException {
        try (RawClient client = gateway.connect()) {
            AtomicInteger done = new AtomicInteger();
            gateway.upstream((request, reply) -> {
                boolean left = reply.awaitPeerClose(Gateway.PATIENCE);
                done.incrementAndGet();
                return left;
            });
            client.send("GET /v1/models?limit=1000 HTTP/1.1\r\nhost: x\r\n" + name + ": " + scheme + KEY + "\r\n\r\n");
            RawClient.Head head = client.readHead();
            JsonNode list = json(client.readBody(head));
            assertEquals(0, done.get(), "an upstream that is asked is not waited for");
            assertEquals(200, head.status());
            assertEquals("application/json", head.header("content-type"));
            assertEquals("list", list.path("object").asText());
            assertTrue(list.path("has_more").isBoolean() && !list.path("has_more").asBoolean());
            List<String> ids = ids(list);
            assertEquals(ids.get(0), list.path("first_id").asText());
            assertEquals(ids.get(ids.size() - 1), list.path("last_id").asText());
            assertTrue(ids.stream().anyMatch(id -> id.matches("(?i).*(claude|anthropic).*")), ids.toString());
            for (JsonNode model : list.path("data")) {
                assertEquals("model", model.path("type").asText());
                assertEquals("model", model.path("object").asText());
                assertTrue(model.path("display_name").isTextual() && model.path("owned_by").isTextual());
                assertTrue(model.path("created_at").asText().endsWith("Z") && model.path("created").isIntegralNumber());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/v1/models/claude-sonnet-4", "/v1/models?key=" + KEY})
    void withoutAKeyItIsA401(String path) {
        HttpResponse<String> refused = ProbesTest.ask(gateway, "GET", path);
        assertFault(refused, 401, "authentication_error");
        assertEquals("false", header(refused, "x-should-retry"));
    }

    @Test
    void oneModelIsFoundByItsName() {
        for (String id : new String[] {"claude-sonnet-4", "databricks-anything", "claude-opus-4-6",
                "anthropic/claude-sonnet-4",
            "anthropic%2Fclaude-sonnet-4"}) {
            JsonNode model = list("/v1/models/" + id);
            assertEquals(id.replace("%2F", "/"), model.path("id").asText());
            assertEquals("model", model.path("type").asText());
        }
        assertFault(get("/v1/models/gpt-4o"), 404, "not_found_error", "model: gpt-4o");
        assertEquals(list("/v1/models"), list("/v1/models/"));
    }

    // the path of a list is no prefix of words
    @ParameterizedTest
    @ValueSource(strings = {"/v1/modelsx", "/v1/modelsclaude-sonnet-4", "/v1/models-claude-sonnet-4"})
    void otherPathsAreA404(String path) {
        assertFault(get(path), 404, "not_found_error", "There is nothing at " + path + ".");
    }

    @Test
    void whatIsNoEscapeIsNoFailure() throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send("GET /v1/models/%zz HTTP/1.1\r\nhost: x\r\nx-api-key: " + KEY + "\r\n\r\n");
            int status = client.readHead().status();
            assertTrue(status == 404 || status == 400, "" + status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/v1/models/claude-sonnet-4"})
    void headHasTheHeadersAlone(String path) throws IOException {
        try (RawClient client = gateway.connect()) {
            client.send("HEAD " + path + " HTTP/1.1\r\nhost: x\r\nx-api-key: " + KEY + "\r\n\r\n");
            assertEquals(200, client.readHead().status());
            client.send("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");
            assertEquals(200, client.readHead().status(), "no body was in the way");
        }
    }

    @Test
    void itIsReadPageByPage() {
        List<String> all = ids(list("/v1/models"));
        assertTrue(all.size() > 3, all.toString());
        JsonNode first = list("/v1/models?limit=2");
        assertEquals(all.subList(0, 2), ids(first));
        assertTrue(first.path("has_more").asBoolean());
        assertEquals(all.get(1), first.path("last_id").asText());
        assertEquals(all.subList(2, 4), ids(list("/v1/models?after_id=" + all.get(1) + "&limit=2")));
        assertEquals(all.subList(1, 3), ids(list("/v1/models?limit=2&before_id=" + all.get(3))));
        assertTrue(list("/v1/models?limit=2&before_id=" + all.get(3)).path("has_more").asBoolean());
        assertFalse(list("/v1/models?before_id=" + all.get(3)).path("has_more").asBoolean());
        JsonNode beyond = list("/v1/models?after_id=" + all.get(all.size() - 1));
        assertEquals(List.of(), ids(beyond));
        assertTrue(beyond.path("first_id").isNull() && beyond.path("last_id").isNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"?limit=0", "?limit=-1", "?limit=x", "?limit=", "?limit=99999999999", "?limit", "?&&=&limit"})
    void anOddLimitIsNoFailure(String query) {
        assertFalse(ids(list("/v1/models" + query)).isEmpty());
    }

    // 2.9: what the upstream is known to have is listed too; names with a slash are read page by page as well
    @Test
    void whatTheUpstreamHasIsListedOnceItHasSaidSo() {
        try (Gateway openRouter = Gateway.start("OPENROUTER")) {
            await().atMost(Gateway.PATIENCE).untilAsserted(() -> assertTrue(
                    ids(json(ProbesTest.ask(openRouter, "GET",
                            "/v1/models").body())).contains("anthropic/claude-opus-5-5")));
            List<String> all = ids(json(ProbesTest.ask(openRouter, "GET", "/v1/models").body()));
            List<String> read = new ArrayList<>();
            for (String next = ""; next != null && read.size() < 100; ) {
                JsonNode page = json(ProbesTest.ask(openRouter, "GET", "/v1/models?limit=2" + next).body());
                read.addAll(ids(page));
                next = page.path("has_more").asBoolean() ? "&after_id=" + page.path("last_id").asText().replace("/",
                        "%2F") : null;
            }
            assertEquals(all, read);
        }
    }

    // E41
    @Test
    void withoutAnyModelTheListIsEmpty(@TempDir Path directory) throws IOException {
        Path table = Files.writeString(directory.resolve("models.yaml"), "databricks:\n  \"databricks-*\": \"{model}\"\n");
        try (Gateway empty = Gateway.start("AZURE_DATABRICKS", "MODELS_PATH=" + table,
                "DATABRICKS_HOST=http://127.0.0.1:1")) {
            HttpResponse<String> answer = ProbesTest.ask(empty, "GET", "/v1/models");
            assertEquals(200, answer.statusCode());
            assertEquals("{\"object\":\"list\",\"data\":[],\"has_more\":false,\"first_id\":null,\"last_id\":null}",
                    answer.body());
        }
    }
}
