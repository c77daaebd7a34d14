/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Bursts of token counts, as Claude Code's {@code /context} asks for: a new connection each, no body a second time. */
final class Counts implements AutoCloseable {

    static final int BURST = 26;

    private static final String HEAD = "POST /v1/messages/count_tokens?beta=true HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            + "Content-Type: application/json\r\nanthropic-version: 2023-06-01\r\n"
            + "anthropic-beta: token-counting-2024-11-01\r\nAuthorization: Bearer sk-bench\r\nConnection: close\r\n"
            + "Content-Length: ";

    private final int port;
    private final ExecutorService clients = Executors.newFixedThreadPool(BURST);
    private final CyclicBarrier together = new CyclicBarrier(BURST);
    private int number;

    Counts(int port) {
        this.port = port;
    }

    /**
     * How long the slowest of a burst took, from its connection to the end of its answer, in nanoseconds.
     *
     * @throws java.util.concurrent.ExecutionException if an answer is no estimate
     */
    long slowest() throws Exception {
        List<Callable<Long>> calls = new ArrayList<>();
        for (int i = 0; i < BURST; i++) {
            byte[] request = request(number++);
            calls.add(() -> nanos(request));
        }
        long slowest = 0;
        for (Future<Long> call : clients.invokeAll(calls)) {
            slowest = Math.max(slowest, call.get());
        }
        return slowest;
    }

    private static byte[] request(int number) {
        String body = "{\"model\":\"claude-sonnet-4-5\",\"messages\":[{\"role\":\"user\",\"content\":\"foo\"}],\"tools\":[{"
                + "\"name\":\"tool_" + number + "\",\"description\":\"Reads a file and returns its lines with numbers.\","
                + "\"input_schema\":{\"type\":\"object\",\"properties\":{\"path\":{\"type\":\"string\",\"description\":"
                + "\"Where the file is\"},\"limit\":{\"type\":\"integer\",\"minimum\":1}},\"required\":[\"path\"]}}]}";
        return (HEAD + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII);
    }

    private long nanos(byte[] request) throws Exception {
        together.await();
        long start = System.nanoTime();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(request);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            long took = System.nanoTime() - start;
            if (!answer.startsWith("HTTP/1.1 200 ") || !answer.contains("x-caravan-token-count: estimated")
                    || !answer.contains("{\"input_tokens\":")) {
                throw new IOException("no estimate: " + answer);
            }
            return took;
        }
    }

    @Override
    public void close() {
        clients.shutdownNow();
    }
}
