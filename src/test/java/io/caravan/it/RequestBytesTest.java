/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** A body reaches the upstream byte for byte, but for the values of its model (M04, M55, P5, P8, P15). */
class RequestBytesTest {

    private static final String SPACES = " \t\r\n";

    private static Gateway gateway;

    @BeforeContainer
    static void start() {
        gateway = Gateway.start("AZURE_DATABRICKS", "DATABRICKS_STRIP=none");
        gateway.upstream((request, reply) -> {
            reply.header("content-type", "application/json").send(Wire.utf8("{}"));
            return true;
        });
    }

    @AfterContainer
    static void close() {
        gateway.close();
    }

    private static String upstreams(String body) {
        gateway.simulator().clear();
        byte[] answer = gateway.postForBytes(Wire.utf8(body));
        assertEquals("{}", new String(answer), body);
        return new String(gateway.received().body(), StandardCharsets.UTF_8);
    }

    @Provide
    Arbitrary<String> bodies() {
        return Combinators.combine(members(2), space(), space()).as((members, before, after) -> before + "{" + members + "}" + after);
    }

    private static Arbitrary<String> space() {
        return Arbitraries.strings().withChars(SPACES.toCharArray()).ofMaxLength(3);
    }

    private static Arbitrary<String> string() {
        Arbitrary<String> plain = Arbitraries.of("", "a", "model", "messages", "stream ", "tools", "é", "\uD83D\uDC2A", "{{env:X}}", "${jndi:x}");
        Arbitrary<String> escapes = Arbitraries.of("\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\uD83D\\uDC2A", "\\u0000", "\\b");
        return Arbitraries.frequencyOf(Tuple.of(3, plain), Tuple.of(1, escapes)).list().ofMaxSize(4)
                .map(parts -> "\"" + String.join("", parts) + "\"");
    }

    private static Arbitrary<String> key() {
        return Arbitraries.of("\"a\"", "\"a\"", "\"messages\"", "\"mod\"", "\"Model\"", "\"é\\u00e9\"", "\"\"", "\"\\\"\"",
                "\"stop\\n\"", "\"tools\"", "\"input\"", "\"models\"");
    }

    private static Arbitrary<String> value(int depth) {
        Arbitrary<String> scalar = Arbitraries.oneOf(string(), Arbitraries.of("true", "false", "null", "0", "-0", "1e400",
                "1.50", "-1E-2", "123456789012345678901234567890", "0.1000"));
        if (depth == 0) {
            return scalar;
        }
        Arbitrary<String> object = members(depth - 1).map(members -> "{" + members + "}");
        Arbitrary<String> array = Combinators.combine(value(depth - 1).list().ofMaxSize(3), space())
                .as((values, space) -> "[" + space + String.join("," + space, values) + space + "]");
        return Arbitraries.oneOf(scalar, object, array);
    }

    private static Arbitrary<String> members(int depth) {
        Arbitrary<String> member = Combinators.combine(key(), space(), space(), value(depth), space())
                .as((key, before, after, value, last) -> before + key + after + ":" + before + value + last);
        return member.list().ofMaxSize(4).map(members -> String.join(",", members));
    }

    /** The model stands anywhere among the members, spelt and spaced in any way. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void nothingButTheModelChanges(@ForAll("bodies") String body, @ForAll boolean first) {
        String model = " \"model\"\t: \"claude-sonnet-4-5\" ";
        int at = first ? body.indexOf('{') + 1 : body.lastIndexOf('}');
        boolean alone = body.substring(body.indexOf('{') + 1, body.lastIndexOf('}')).isBlank();
        String member = alone ? model : first ? model + "," : "," + model;
        String sent = body.substring(0, at) + member + body.substring(at);
        String expected = body.substring(0, at) + member.replace("claude-sonnet", "databricks-claude-sonnet") + body.substring(at);
        assertEquals(expected, upstreams(sent));
    }

    @Property(tries = 60, edgeCases = EdgeCasesMode.NONE)
    void aModelThatKeepsItsNameChangesNothing(@ForAll("bodies") String body) {
        int at = body.indexOf('{') + 1;
        boolean alone = body.substring(at, body.lastIndexOf('}')).isBlank();
        String sent = body.substring(0, at) + "\"mo\\u0064el\":\"databricks-\\u0078\"" + (alone ? "" : ",") + body.substring(at);
        assertEquals(sent, upstreams(sent));
    }

    @Example
    void ofSeveralModelsAllGetTheTargetOfTheLast() {
        assertEquals("{\"model\":\"databricks-x\",\"a\":{\"model\":\"in\"},\"model\":\"databricks-x\"}",
                upstreams("{\"model\":\"claude-one\",\"a\":{\"model\":\"in\"},\"model\":\"databricks-x\"}"));
    }

    @Example
    void textThatLooksLikeAnExpressionOrATagIsText() {
        for (String text : List.of("{{env:PATH}}", "${env:PATH}", "${jndi:ldap://x}", "RAW(x)", "<script>alert(1)</script>",
                "$simple{body}", "%7B%7B", "#bean:x", "\\u007b\\u007bx}}")) {
            String sent = "{\"model\":\"databricks-x\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text + "\"}]}";
            assertEquals(sent, upstreams(sent));
        }
    }

    /** R14, P8, P16, M10, M37, M56: what a later turn of a real client holds that a reader would be tempted to tidy. */
    @Example
    void signaturesSystemBlocksPrefillAndStructuredOutputGoThroughAsTheyAre() {
        String sent = """
                {"model":"databricks-x","messages":[{"role":"user","content":"q"},
                 {"role":"system","content":[],"output_config":{"effort":"medium"}},
                 {"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"EqQBCkYIB+/=="},
                  {"type":"thinking","thinking":"t","signature":""},{"type":"redacted_thinking","data":"=="},
                  {"type":"tool_use","id":"toolu_1","name":"Bash","input":{"__unparsedToolInput":{"raw":"{\\"a","len":4}}}]},
                 {"role":"user","content":[{"is_error":true,"tool_use_id":"toolu_1","type":"tool_result","content":""}]},
                 {"role":"assistant","content":"The answer is"}],
                 "system":[{"type":"text","text":"x-anthropic-billing-header: cc_version=2;"},
                  {"type":"text","text":"s","cache_control":{"type":"ephemeral"}}],
                 "output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},"max_tokens":9}""";
        assertEquals(sent, upstreams(sent));
    }
}
