/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.faults;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.call.CallWatch;
import io.caravan.call.OpenCalls;
import io.caravan.it.Gateway;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.StateTransition;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/** What a gateway knows of its workspaces and of the calls under way, and what its breakers have done. */
public final class Books {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Gateway gateway;
    private final Map<Integer, List<StateTransition>> transitions = new ConcurrentHashMap<>();

    public Books(Gateway gateway) {
        this.gateway = gateway;
        CircuitBreakerRegistry breakers = gateway.context().getRegistry()
                .lookupByNameAndType("circuitBreakerRegistry", CircuitBreakerRegistry.class);
        for (int i = 0; i < gateway.workspaces().count(); i++) {
            List<StateTransition> ofOne = new CopyOnWriteArrayList<>();
            transitions.put(i, ofOne);
            breakers.circuitBreaker("w" + i + "-breaker").getEventPublisher()
                    .onStateTransition(event -> ofOne.add(event.getStateTransition()));
        }
    }

    /** What {@code /stats} says of workspace {@code w<number>}. */
    public JsonNode stats(int number) {
        HttpResponse<String> answer = gateway.send(HttpRequest.newBuilder(gateway.url().resolve("/stats")).build(),
                HttpResponse.BodyHandlers.ofString());
        try {
            JsonNode stats = MAPPER.readTree(answer.body()).path("endpoints").path(number);
            assertEquals("w" + number, stats.path("name").asText(), answer.body());
            return stats;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean open(int number) {
        return stats(number).path("circuit_open").asBoolean();
    }

    public boolean anyOpen() {
        return IntStream.range(0, gateway.workspaces().count()).anyMatch(this::open);
    }

    /** What the breaker of a workspace did since this was last asked. */
    public List<StateTransition> history(int number) {
        List<StateTransition> seen = new ArrayList<>(transitions.get(number));
        transitions.get(number).clear();
        return seen;
    }

    /** Nothing is under way: no attempt, no upstream request, no call, no time limit, and no thread works on one. */
    public void assertAtRest() {
        await().atMost(PATIENCE).untilAsserted(() -> {
            for (int i = 0; i < gateway.workspaces().count(); i++) {
                assertEquals(0, stats(i).path("active_requests").asInt(), "active_requests of w" + i);
                assertEquals(0, gateway.workspace(i).activeRequests(), "requests at w" + i);
            }
            assertEquals(0, gateway.simulator().activeRequests(), "requests at the other backends");
            assertEquals(0, bean("callWatch", CallWatch.class).open(), "watched");
            assertEquals(0, bean("openCalls", OpenCalls.class).count(), "open calls");
            assertEquals(List.of(), busyThreads());
        });
    }

    /** The gateway has counted each request that reached a workspace, and no other. */
    public void assertCounted(List<Script> scripts) {
        for (int i = 0; i < scripts.size(); i++) {
            int number = i;
            await().atMost(PATIENCE).untilAsserted(() -> assertEquals(scripts.get(number).requests(),
                    stats(number).path("total_requests").asLong(), "total_requests of w" + number));
        }
    }

    /** The bytes in use behind a collection. */
    public static long heap() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /** How many gateways look at their calls in this process. */
    public static long watches() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().contains("CallWatch")).count();
    }

    private <T> T bean(String name, Class<T> type) {
        return gateway.context().getRegistry().lookupByNameAndType(name, type);
    }

    private static List<String> busyThreads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> List.of(thread.getValue()).stream().anyMatch(Books::isOfACall))
                .map(thread -> thread.getKey() + " " + List.of(thread.getValue())).toList();
    }

    private static boolean isOfACall(StackTraceElement frame) {
        return List.of("io.caravan.balance.", "io.caravan.client.", "io.caravan.upstream.").stream()
                .anyMatch(frame.getClassName()::startsWith);
    }
}
