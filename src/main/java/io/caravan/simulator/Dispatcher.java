/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The built-in behaviour: finds what a request is for, refuses it, breaks it, or answers it. */
final class Dispatcher {

    /** What real upstreams send along and a gateway must keep to itself. */
    private static final String UPSTREAM_HEADERS = "anthropic-organization-id: org-simulated\r\n"
            + "anthropic-ratelimit-requests-remaining: 999\r\n"
            + "cf-ray: 8f00000000000000-SIM\r\n"
            + "via: 1.1 simulator\r\n"
            + "set-cookie: __cf_bm=simulated; path=/; HttpOnly\r\n"
            + "server: simulator\r\n";
    private static final String JSON_TYPE = "content-type: application/json\r\n";

    private final boolean strict;
    private final boolean standIn;
    private final TokenEndpoint tokens;
    private final Credentials credentials;
    private final AtomicLong ids = new AtomicLong();
    private final Composer composer;
    private final Map<String, AtomicInteger> failures = new ConcurrentHashMap<>();

    Dispatcher(SimulatorOptions options) {
        strict = options.strict();
        standIn = options.standIn();
        composer = new Composer(ids, !options.standIn());
        tokens = new TokenEndpoint(options);
        credentials = new Credentials(options.strict(), options.token(), tokens);
    }

    /** Forgets how often each fault has been asked for. */
    void clear() {
        failures.clear();
    }

    TokenEndpoint tokens() {
        return tokens;
    }

    void answer(RecordedRequest request, Reply reply) throws IOException {
        Dialect dialect = Dialect.of(request.target());
        String requestId = "req_sim" + ids.incrementAndGet();
        reply.headerLines(UPSTREAM_HEADERS).header("request-id", requestId);
        try {
            if (standIn && request.method().equals("POST")) {
                infer(Dialect.nearest(request.path()), request, reply);
            } else {
                route(dialect, request, reply);
            }
        } catch (Refusal refusal) {
            reply.status(refusal.httpStatus()).headerLines(JSON_TYPE);
            reply.send(utf8(ErrorBody.of(dialect, refusal, requestId)));
        }
    }

    private void route(Dialect dialect, RecordedRequest request, Reply reply) throws IOException, Refusal {
        String path = request.path();
        String catalog = Catalog.at(path);
        if (path.equals(TokenEndpoint.PATH)) {
            tokens.answer(request, reply);
            return;
        }
        boolean counts = path.equals("/v1/messages/count_tokens");
        boolean known = dialect != null && (catalog != null || counts || dialect.serves(path));
        if (!known) {
            throw dialect != null && dialect.isDatabricks()
                    ? new Refusal(404, "ENDPOINT_NOT_FOUND", "Path must be of form /serving-endpoints/<name>/invocations")
                    : new Refusal(404, "there is nothing at " + path);
        }
        if (!request.method().equals(catalog != null ? "GET" : "POST")) {
            throw new Refusal(405, request.method() + " is not allowed");
        }
        credentials.check(dialect, request);
        if (catalog != null) {
            reply.headerLines(JSON_TYPE).send(utf8(catalog));
        } else if (counts) {
            long tokens = Usage.inputTokens(request.body().length);
            reply.headerLines(JSON_TYPE).send(utf8("{\"input_tokens\":" + tokens + "}"));
        } else {
            infer(dialect, request, reply);
        }
    }

    private void infer(Dialect dialect, RecordedRequest request, Reply reply) throws IOException, Refusal {
        JsonNode body = parse(request);
        String endpoint = Dialect.endpoint(request.path());
        String named = endpoint == null
                ? body.path("model").asText()
                : URLDecoder.decode(endpoint.replace("+", "%2B"), StandardCharsets.UTF_8);
        int mark = standIn ? -1 : named.indexOf('!');
        String model = mark < 0 ? named : named.substring(0, mark);
        Faults faults = faults(model, mark < 0 ? null : named.substring(mark + 1),
                standIn ? null : request.header("x-simulate"));
        if (strict) {
            checkRules(dialect, request, body, model);
        }
        new HealableFaults(faults, dialect, request, body, model).check();
        boolean asked = body.path("stream").asBoolean();
        if (new PlainFaults(faults, reply).apply(asked)) {
            return;
        }
        boolean streamed = asked ? !faults.has("json-for-stream") : faults.has("sse-for-json");
        Answer answer = composer.compose(dialect, body, request.body().length, streamed, faults);
        reply.form(faults.byteForm());
        if (streamed) {
            stream(dialect, body, model, answer, faults, reply);
        } else {
            reply.pause(answer.silenceMillis());
            sendJson(dialect, model, answer, faults, reply);
        }
    }

    private static JsonNode parse(RecordedRequest request) throws IOException, Refusal {
        try {
            JsonNode body = Json.read(request.body());
            if (!body.isObject()) {
                throw Refusal.badRequest("Input should be a valid dictionary");
            }
            return body;
        } catch (JsonProcessingException e) {
            throw Refusal.badRequest("The request body is not valid JSON: " + e.getOriginalMessage());
        }
    }

    private Faults faults(String model, String suffix, String header) throws Refusal {
        Faults faults = Faults.parse(suffix, header);
        if (!faults.has("times")) {
            return faults;
        }
        long times = faults.number("times", 1);
        int nth = failures.computeIfAbsent(model + '!' + faults.spelling(), key -> new AtomicInteger())
                .incrementAndGet();
        return nth <= times ? faults : Faults.NONE;
    }

    private static void checkRules(Dialect dialect, RecordedRequest request, JsonNode body, String model)
            throws Refusal {
        if (model.isEmpty()) {
            throw Refusal.badRequest("model: Field required");
        }
        if (dialect == Dialect.DATABRICKS_NATIVE) {
            NativeRules.check(request, body);
            requireEndpoint(model);
        }
        if (dialect.speaksMessages()) {
            new MessagesRules(request, body, model).check();
            return;
        }
        ChatRules.check(dialect, body);
        if (dialect.isPlainOpenAi()) {
            OpenAiServerRules.check(dialect, request, body, model);
            return;
        }
        switch (dialect) {
            case DATABRICKS_CHAT ->
                new DatabricksChatRules(body, model, Dialect.endpoint(request.path()) != null).check();
            case OPENROUTER_CHAT -> OpenRouterChatRules.check(body);
            default -> LiteLlmChatRules.check(body);
        }
    }

    /** Model serving knows endpoints; the names of Unity Catalog are its gateway's. */
    private static void requireEndpoint(String model) throws Refusal {
        if (model.startsWith("system.ai.")) {
            throw new Refusal(404, "RESOURCE_DOES_NOT_EXIST", "Endpoint with name '" + model + "' does not exist.");
        }
    }

    private void stream(Dialect dialect, JsonNode body, String model, Answer answer, Faults faults, Reply reply)
            throws IOException {
        EventStream stream = new EventStream(reply, dialect, faults, answer);
        if (dialect.speaksMessages()) {
            new MessagesFormat("msg_sim" + ids.incrementAndGet(), model, answer).stream(stream);
        } else {
            boolean withUsage = dialect == Dialect.MISTRAL_CHAT || body.path("stream_options").path("include_usage").asBoolean();
            chatFormat(dialect, model, answer, faults).stream(stream, withUsage);
        }
    }

    private ChatFormat chatFormat(Dialect dialect, String model, Answer answer, Faults faults) {
        return new ChatFormat(dialect, "chatcmpl-sim" + ids.incrementAndGet(), model, answer, faults);
    }

    private void sendJson(Dialect dialect, String model, Answer answer, Faults faults, Reply reply) throws IOException {
        String json = dialect.speaksMessages()
                ? new MessagesFormat("msg_sim" + ids.incrementAndGet(), model, answer).json()
                : chatFormat(dialect, model, answer, faults).json();
        byte[] bytes = utf8(json);
        reply.headerLines(JSON_TYPE);
        if (faults.has("cut-json")) {
            reply.header("connection", "close");
            reply.bytes(Arrays.copyOf(bytes, bytes.length / 2));
        } else if (faults.has("cut-json-reset")) {
            reply.header("content-length", String.valueOf(bytes.length));
            reply.bytes(Arrays.copyOf(bytes, bytes.length / 2));
            reply.reset();
        } else {
            reply.send(bytes);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
