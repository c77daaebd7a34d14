/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.clients;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.it.Gateway;
import io.caravan.it.Workspaces;
import io.caravan.simulator.RecordedRequest;
import io.caravan.simulator.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Claude Code in front of three workspaces, of which one dies in the middle of every turn and comes back. */
@Tag("clients")
class ClaudeCodeWorkspacesTest {

    @TempDir
    Path work;

    private static final List<String> HALF = List.of(
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":"
                    + "\"assistant\",\"model\":\"m\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":1,"
                    + "\"output_tokens\":1}}}\n\n",
            "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\","
                    + "\"text\":\"\"}}\n\n",
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
                    + "\"text\":\"half\"}}\n\n");

    private final Set<Integer> turns = ConcurrentHashMap.newKeySet();
    private final AtomicInteger killed = new AtomicInteger();

    @Test
    void finishesItsToolLoopWhileAWorkspaceDiesInEveryTurn() throws IOException, InterruptedException {
        Files.writeString(work.resolve("note.txt"), "a note in a file\n");
        try (Gateway gateway = Gateway.startWorkspaces(3)) {
            for (int i = 0; i < 3; i++) {
                int number = i;
                gateway.workspaces().respondWith(i, (request, reply) -> dies(gateway.workspaces(), number, request, reply));
            }
            Run run = ClaudeCode.in(work).ask(gateway, """
                    a tool loop
                    @call Read {"file_path":"%1$s/note.txt"}
                    @call Bash {"command":"echo out of bash"}
                    @call Read {"file_path":"%1$s/missing.txt"}""".formatted(work));
            assertEquals(0, run.exitCode(), run::toString);
            assertTrue(run.output().contains("Done: 3 tool results."), run::toString);
            assertTrue(run.output().contains("a note in a file"), run::toString);
            assertTrue(killed.get() >= 4, "workspaces killed: " + killed);
        }
    }

    /** By which a turn is known: how many messages it has is the client's affair. */
    private static int toolResults(RecordedRequest request) {
        return request.json().findParents("tool_use_id").size();
    }

    /** The first answer of each turn breaks off in its text, and with it the workspace that gave it. */
    private boolean dies(Workspaces workspaces, int number, RecordedRequest request, Reply reply) throws IOException {
        if (!request.method().equals("POST") || !turns.add(toolResults(request))) {
            return false;
        }
        reply.startStream();
        for (String event : HALF) {
            reply.chunk(event.getBytes(StandardCharsets.UTF_8));
        }
        killed.incrementAndGet();
        CompletableFuture.runAsync(() -> {
            workspaces.close(number);
            await().ignoreExceptions().until(() -> {
                workspaces.reopen(number);
                return true;
            });
        });
        reply.reset();
        return true;
    }
}
