/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a page logs of a call bears that call's correlation id, wherever and whenever it runs. */
@Timeout(120)
class CorrelatedPagesTest {

    private static final String SAYS = "says ${variable.caravanSession}";
    private static final List<String> PLACES =
            List.of("asked", "tapped", "queued", "behind", "detached", "component", "aside", "answered");
    private static final String PAGE = """
            - route:
                id: messages
                from:
                  uri: platform-http:/v1/messages
                  parameters: {httpMethodRestrict: POST, useBodyHandler: false}
                  steps:
                    - process: {ref: acceptCall}
                    - process: {ref: checkClientKey}
                    - process: {ref: limitCalls}
                    - process: {ref: readBody}
                    - log: {message: "asked SAYS"}
                    - wireTap: {uri: "direct:tapped"}
                    - wireTap: {uri: "direct:detached", onPrepare: detachCall}
                    - to: {uri: "seda:queued?waitForTaskToComplete=Never"}
                    - to: {uri: "direct:select-backend"}
                    - process: {ref: writeAnswer}
                    - log: {message: "answered SAYS"}
            - route:
                id: tapped
                from:
                  uri: direct:tapped
                  steps:
                    - log: {message: "tapped SAYS"}
                    - multicast:
                        parallelProcessing: true
                        steps:
                          - log: {message: "aside SAYS"}
                    - setBody: {constant: {expression: "component"}}
                    - setBody: {simple: {expression: "${body} SAYS"}}
                    - to: {uri: "log:io.caravan.routes.component?showExchangePattern=false&showBodyType=false"}
            - route:
                id: detached
                from:
                  uri: direct:detached
                  steps:
                    - log: {message: "detached SAYS"}
            - route:
                id: queued
                from:
                  uri: seda:queued
                  steps:
                    - log: {message: "queued SAYS"}
                    - to: {uri: "seda:behind"}
            - route:
                id: behind
                from:
                  uri: seda:behind
                  steps:
                    - log: {message: "behind SAYS"}
            """.replace("SAYS", SAYS);

    private static final String TICK = """
            - route:
                id: tick
                from:
                  uri: timer:tick
                  parameters: {repeatCount: 1}
                  steps:
                    - log: {message: tick}
            """;

    @ParameterizedTest
    @ValueSource(strings = {Gateway.PLAIN, Gateway.STREAM})
    void whateverThreadWritesItsLine(String request) {
        try (LoggedLines lines = LoggedLines.of("io.caravan.routes");
                Gateway gateway = Gateway.start("ANTHROPIC", "routes/messages.camel.yaml=" + PAGE)) {
            List<String> calls = IntStream.range(0, 20).mapToObj(number -> "call-" + number).toList();
            List<CompletableFuture<?>> answers = new ArrayList<>();
            for (String call : calls) {
                answers.add(CompletableFuture.runAsync(() -> assertEquals(200, gateway.post(request,
                        "x-correlation-id", call, "x-claude-code-session-id", call).statusCode())));
            }
            answers.forEach(CompletableFuture::join);
            await().atMost(Gateway.PATIENCE).until(() -> lines.all().size() >= calls.size() * PLACES.size());

            Set<String> expected = new TreeSet<>();
            calls.forEach(call -> PLACES.forEach(place -> expected.add(call + " " + place + " says " + call)));
            assertEquals(expected, lines.byCall().stream().map(CorrelatedPagesTest::withoutLogger).collect(Collectors.toCollection(TreeSet::new)));
        }
    }

    /** The log component writes the body in words of its own. */
    private static String withoutLogger(String line) {
        return line.substring(line.indexOf(' ') + 1).replaceFirst("Exchange\\[Body: (.*)]", "$1");
    }

    @Test
    void whatIsOfNoCallBearsNone() {
        try (LoggedLines lines = LoggedLines.of("io.caravan.routes");
                Gateway gateway = Gateway.start("ANTHROPIC", "routes/tick.camel.yaml=" + TICK)) {
            await().atMost(Gateway.PATIENCE).until(() -> !lines.all().isEmpty());
            assertEquals(List.of("io.caravan.routes.tick - tick"), lines.byCall());
        }
    }
}
