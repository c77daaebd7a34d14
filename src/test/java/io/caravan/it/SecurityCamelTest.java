/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Camel's own advisories: nothing a client writes steers a component or is evaluated. */
class SecurityCamelTest {

    private static Gateway gateway;
    /** Its upstream takes any field; Databricks' would have unknown ones cut out. */
    private static Gateway open;
    private static Simulator elsewhere;

    @BeforeAll
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS");
        open = Gateway.start("LITELLM_MESSAGES");
        elsewhere = Simulator.start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
        open.close();
        elsewhere.close();
    }

    @BeforeEach
    void clear() {
        gateway.upstream(null);
    }

    // CVE-2025-27636, 29891, 30177; CVE-2026-78164
    static Stream<String> controlHeaders() {
        return Stream.of("CamelHttpUri", "CAmelHttpUri", "camelhttpuri", "CAMELHTTPURI", "cAMELhTTPuRI", "CamelRestHttpUri", "CamelHttpPath",
                "CamelHttpRawQuery", "CamelHttpQuery", "CamelHttpMethod", "CamelHttpBaseUri", "CamelHttpHost", "CamelHttpPort",
                "CamelHttpResponseCode", "CamelHttpServletRequest", "CamelBeanMethodName", "CamelFileName", "CamelExecCommandExecutable",
                "CamelDestinationOverrideUrl", "CamelToEndpoint", "CamelSlipEndpoint", "CamelCharsetName", "CamelSkipGzipEncoding",
                "CamelVariable.attempt", "CamelVariable:backend", "org.apache.camel.component.http.uri", "org.apache.camel.Exchange.HTTP_URI",
                "camel.main.name", "breadcrumbId", "Content-Disposition", "attempt", "backend", "fallback", "caravan.call");
    }

    @ParameterizedTest
    @MethodSource("controlHeaders")
    void aControlHeaderIsHeaderQueryAndFormTextAndNoMore(String name) throws IOException {
        for (String value : new String[] {elsewhere.url() + "/v1/messages", "{{env:HOME}}", "${exchange}", "/leak", "500"}) {
            try (RawClient client = gateway.connect()) {
                client.post(Gateway.PLAIN, name + ": " + value);
                assertServed(client);
                client.postTo("/v1/messages?" + name + "=" + value.replace("{", "%7B").replace("}", "%7D"), Gateway.PLAIN);
                assertServed(client);
                client.send("POST /v1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: "
                        + (name.length() + 1 + value.length()) + "\r\n\r\n" + name + "=" + value);
                assertEquals(415, client.readHead().status());
            }
        }
        assertEquals(0, elsewhere.requests().size());
    }

    /** The answer is the usual one, from the configured upstream, which saw nothing of the header. */
    private static void assertServed(RawClient client) throws IOException {
        RawClient.Head head = client.readHead();
        assertEquals(200, head.status());
        assertEquals(Gateway.MODEL, json(client.readBody(head)).path("model").asText());
        assertTrue(head.headers().keySet().stream().noneMatch(name -> name.contains("camel")), head.headers().toString());
        RecordedRequest seen = gateway.received();
        assertEquals("POST", seen.method());
        assertEquals("/serving-endpoints/anthropic/v1/messages", seen.target());
        String all = seen.headers().toString().toLowerCase(Locale.ROOT);
        assertFalse(all.contains("camel") || all.contains("{{") || all.contains(String.valueOf(elsewhere.port())), all);
    }

    // P15: prompts hold code; what looks like an expression is text, in every place of the body
    @ParameterizedTest
    @ValueSource(strings = {"{{env:HOME}}", "{{sys:user.home}}", "${env:PATH}", "${bean:x?method=y}", "${body}", "${exchange.context}",
        "${jndi:ldap://127.0.0.1:1/x}", "$simple{env:HOME}", "RAW(x)", "RAW{x}", "#{7*7}", "#bean:upstreamClient", "<script>alert(1)</script>",
        "%{x}", "{{?x}}", "ENC(x)", "../../etc/passwd", "http://127.0.0.1:1/", "a&b=c?d#e", "' OR 1=1 --"})
    void whatLooksLikeAnExpressionArrivesAsItIs(String text) throws IOException {
        String quoted = new ObjectMapper().writeValueAsString(text);
        String request = Gateway.PLAIN.replace("\"say hi\"", quoted).replace("}]}", "}],\"metadata\":{\"user_id\":" + quoted + "},\"x\":{" + quoted + ":" + quoted + "}}");
        HttpResponse<String> response = open.post(request);
        assertEquals(200, response.statusCode(), response.body());
        assertEquals(request, new String(open.received().body()));
        assertTrue(json(response.body()).path("content").path(0).path("text").asText().contains(text), response.body());
    }

    // as a model it goes through the table, and comes back as the client wrote it
    @ParameterizedTest
    @ValueSource(strings = {"{{env:HOME}}", "${env:PATH}", "${jndi:ldap://127.0.0.1:1/x}", "RAW(x)", "{model}", "databricks-${env:PATH}", "databricks-{{x}}",
        "databricks-../../x", "http://127.0.0.1:1/", "databricks-a?b#c", "direct:backend-openrouter", "openrouter", "*"})
    void aModelIsOnlyAName(String model) {
        HttpResponse<String> response = gateway.post(Gateway.PLAIN.replace(Gateway.MODEL, model));
        assertEquals(200, response.statusCode(), response.body());
        RecordedRequest seen = gateway.received();
        String sent = json("\"" + model + "\"").asText();
        assertEquals(sent.startsWith("databricks-") ? sent : "databricks-claude-3-7-sonnet", seen.json().path("model").asText());
        assertEquals("/serving-endpoints/anthropic/v1/messages", seen.target());
        assertEquals(sent, json(response.body()).path("model").asText());
    }

    // no endpoint begins with "proxy" (CVE-2026-85316); none of Camel's own services is on
    @Test
    void noEndpointOrServiceOpensADoor() {
        var context = gateway.context();
        assertTrue(context.getEndpoints().stream().noneMatch(e -> e.getEndpointUri().startsWith("platform-http:proxy")
                || e.getEndpointUri().startsWith("platform-http:///proxy")));
        assertFalse(context.isDevConsole());
        assertFalse(context.isMessageHistory() && context.isBacklogTracing());
        assertFalse(context.isSourceLocationEnabled());
        for (String component : new String[] {"exec", "file", "bean", "class", "log", "jolokia", "groovy"}) {
            assertTrue(context.getEndpoints().stream().noneMatch(e -> e.getEndpointUri().startsWith(component + ":")), component);
        }
    }
}
