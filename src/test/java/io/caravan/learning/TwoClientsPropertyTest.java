/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import io.caravan.format.json.Edit;
import io.caravan.format.json.Json;
import io.caravan.learning.Learned.Mending;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** 5.17: what one client sends never changes what another one's request arrives as. */
class TwoClientsPropertyTest {

    private static final List<String> BETAS = List.of("context-management-1", "effort-1", "structured-1", "caller-1", "x-1");
    private static final Map<String, List<String>> PAIRS = Map.of("context_management", List.of("context-management-*"),
            "output_config.effort", List.of("effort-*"), "output_config.format", List.of("structured-*"),
            "tools.strict", List.of("structured-*"), "content.caller", List.of("caller-*"));
    /** Where a field may stand, as an upstream names it: {@code #} is an index. */
    private static final List<String> PLACES = List.of("thinking", "context_management", "diagnostics", "mcp_servers",
            "output_config", "output_config.effort", "output_config.format", "messages.#.thinking", "messages.#.diagnostics",
            "messages.#.content.#.text.caller", "messages.#.content.#.tool_use.caller", "messages.#.content.#.text.odd",
            "tools.#.custom.strict", "tools.#.custom.diagnostics", "tools.#.web_search_1.max_uses");

    /** A field the upstream does not take, unless the request brings a beta; or a beta, or a limit, where no place is given. */
    private record Rule(String place, String beta, long limit) {
    }

    private record Sent(String body, String betas) {
    }

    @Property(tries = 2000)
    void whatOneSendsArrivesAsIfTheOtherDidNotExist(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        List<Rule> upstream = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            upstream.add(rule(random));
        }
        Learned shared = learned();
        for (int i = random.nextInt(6); i >= 0; i--) {
            arrives(shared, upstream, request(random), betas(random));
        }
        byte[] request = request(random);
        String betas = betas(random);

        assertEquals(arrives(learned(), upstream, request, betas), arrives(shared, upstream, request, betas),
                () -> upstream + "\n" + new String(request, StandardCharsets.UTF_8) + "\n" + betas);
    }

    @Property(tries = 500)
    void whatTheUpstreamTakesArrivesUnchanged(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        List<Rule> upstream = List.of(rule(random), rule(random));
        Learned shared = learned();
        for (int i = 0; i < 8; i++) {
            byte[] request = request(random);
            String betas = betas(random);
            boolean taken = refusal(upstream, request, betas).isEmpty();
            Sent sent = arrives(shared, upstream, request, betas);
            assertTrue(!taken || sent.equals(new Sent(new String(request, StandardCharsets.UTF_8), betas)), sent::toString);
        }
    }

    private static Learned learned() {
        return new Learned(WireFormat.MESSAGES, List.of(), PAIRS, Duration.ofHours(1), true);
    }

    /** What the upstream gets at last: what it takes, or what it refuses for good. */
    private static Sent arrives(Learned learned, List<Rule> upstream, byte[] body, String betas) throws IOException {
        ModelRequest request = ModelRequest.read(body);
        Mending mending = learned.mending("m", betas.isEmpty() ? null : betas, Learned.VERSION);
        while (true) {
            byte[] sent = Edit.joined(mending.refusals().apply(request, null));
            String header = Optional.ofNullable(mending.betas()).orElse("");
            Optional<String> refusal = refusal(upstream, sent, header);
            if (refusal.isEmpty()) {
                mending.taken();
                return new Sent(new String(sent, StandardCharsets.UTF_8), header);
            }
            if (!mending.refused(refusal.get(), request, sent)) {
                return new Sent("refused: " + refusal.get(), "");
            }
        }
    }

    private static Optional<String> refusal(List<Rule> upstream, byte[] body, String betas) throws IOException {
        List<String> brought = List.of(betas.split(","));
        JsonNode request = Json.MAPPER.readTree(body);
        for (Rule rule : upstream) {
            if (rule.limit > 0 && request.path("max_tokens").asLong() > rule.limit && !brought.contains(rule.beta)) {
                return Optional.of("max_tokens: " + request.path("max_tokens") + " > " + rule.limit + ", which is the maximum");
            }
            if (rule.limit == 0 && rule.place.isEmpty() && brought.contains(rule.beta)) {
                return Optional.of("Unexpected value(s) `" + rule.beta + "` for the `anthropic-beta` header");
            }
            Optional<String> path = brought.contains(rule.beta) ? Optional.empty() : find(request, rule.place.split("\\."), 0, "");
            if (path.isPresent() && !rule.place.isEmpty()) {
                return Optional.of(path.get() + ": Extra inputs are not permitted");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> find(JsonNode node, String[] place, int at, String path) {
        if (at == place.length) {
            return node.isMissingNode() ? Optional.empty() : Optional.of(path.substring(1));
        }
        String step = place[at];
        if (step.equals("#")) {
            for (int i = 0; i < node.size(); i++) {
                Optional<String> found = find(node.get(i), place, at + 1, path + "." + i);
                if (found.isPresent()) {
                    return found;
                }
            }
            return Optional.empty();
        }
        boolean kind = at > 0 && place[at - 1].equals("#") && at + 1 < place.length && !step.equals("content");
        if (kind) {
            return node.path("type").asText("custom").equals(step) ? find(node, place, at + 1, path + "." + step) : Optional.empty();
        }
        return find(node.path(step), place, at + 1, path + "." + step);
    }

    private static Rule rule(Random random) {
        String beta = random.nextInt(3) == 0 ? BETAS.get(random.nextInt(BETAS.size())) : "none";
        return switch (random.nextInt(8)) {
            case 0 -> new Rule("", BETAS.get(random.nextInt(BETAS.size())), 0);
            case 1 -> new Rule("", beta, 1000);
            default -> new Rule(PLACES.get(random.nextInt(PLACES.size())), beta, 0);
        };
    }

    private static String betas(Random random) {
        return String.join(",", BETAS.stream().filter(beta -> random.nextBoolean()).toList());
    }

    private static byte[] request(Random random) throws IOException {
        ObjectNode request = Json.MAPPER.createObjectNode().put("model", "m").put("max_tokens", random.nextInt(2000));
        for (String top : List.of("thinking", "context_management", "diagnostics", "mcp_servers")) {
            maybe(random, request, top);
        }
        if (random.nextBoolean()) {
            ObjectNode output = request.putObject("output_config");
            maybe(random, output, "effort");
            maybe(random, output, "format");
        }
        ArrayNode tools = request.putArray("tools");
        for (int i = random.nextInt(3); i > 0; i--) {
            ObjectNode tool = tools.addObject();
            maybe(random, tool, "strict");
            maybe(random, tool, "diagnostics");
            if (random.nextInt(3) == 0) {
                tool.put("type", "web_search_1");
                maybe(random, tool, "max_uses");
            }
        }
        ArrayNode messages = request.putArray("messages");
        for (int i = random.nextInt(3); i >= 0; i--) {
            ObjectNode message = messages.addObject().put("role", "user");
            maybe(random, message, "thinking");
            maybe(random, message, "diagnostics");
            ArrayNode content = message.putArray("content");
            for (int j = random.nextInt(3); j > 0; j--) {
                ObjectNode block = content.addObject();
                maybe(random, block, "caller");
                maybe(random, block, "odd");
                block.put("type", random.nextBoolean() ? "text" : "tool_use");
            }
        }
        return Json.MAPPER.writeValueAsBytes(request);
    }

    private static void maybe(Random random, ObjectNode object, String name) {
        if (random.nextInt(3) == 0) {
            object.put(name, 1);
        }
    }
}
