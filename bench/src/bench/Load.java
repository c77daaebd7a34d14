/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A load generator on one selector thread with kept-alive connections: closed loop (each connection sends its next
 * request when its answer is complete) or at a given rate. It counts as good only a 200 that is whole: the length it
 * promised or the last chunk, and for a stream {@code message_stop}.
 */
final class Load implements AutoCloseable {

    private static final long DRAIN_NANOS = 15_000_000_000L;
    private static final byte[] STREAM_END = "message_stop\"}".getBytes(StandardCharsets.US_ASCII);

    /** What a round gave. Latencies in nanoseconds, in no order. */
    static final class Result {
        final Samples whole = new Samples();
        final Samples firstByte = new Samples();
        final Samples events = new Samples();
        long inTime;
        long all;
        long errors;
        double seconds;
        String firstError;

        double perSecond() {
            return inTime / seconds;
        }

        void add(Result other) {
            whole.add(other.whole);
            firstByte.add(other.firstByte);
            events.add(other.events);
            inTime += other.inTime;
            all += other.all;
            errors += other.errors;
            seconds += other.seconds;
            firstError = firstError == null ? other.firstError : firstError;
        }
    }

    /** Numbers with percentiles. */
    static final class Samples {
        private long[] values = new long[1024];
        private int count;

        void add(long value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
            }
            values[count++] = value;
        }

        void add(Samples other) {
            for (int i = 0; i < other.count; i++) {
                add(other.values[i]);
            }
        }

        int count() {
            return count;
        }

        /** In milliseconds. */
        double percentile(double share) {
            if (count == 0) {
                return 0;
            }
            Arrays.sort(values, 0, count);
            return values[(int) Math.min(count - 1, Math.floor(share * count))] / 1e6;
        }
    }

    private final Selector selector = Selector.open();
    private final InetSocketAddress address;
    private final byte[] request;
    private final List<Connection> connections = new ArrayList<>();
    private final ArrayDeque<Connection> free = new ArrayDeque<>();
    private final Queue<Long> due = new ConcurrentLinkedQueue<>();
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
    private final boolean stamps;
    private Result result = new Result();
    private boolean again;
    private int busy;

    /** @param stamps whether the delay of each event is taken, by the time the upstream wrote into it */
    Load(int port, byte[] request, int count, boolean stamps) throws IOException {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.request = request;
        this.stamps = stamps;
        for (int i = 0; i < count; i++) {
            Connection connection = new Connection();
            connection.open();
            connections.add(connection);
            free.add(connection);
        }
    }

    /** A POST of {@code body} as Claude Code sends it. */
    static byte[] request(byte[] body) {
        byte[] head = ("POST /v1/messages?beta=true HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
                + "Content-Type: application/json\r\nUser-Agent: claude-cli/2.1.329 (external, cli)\r\n"
                + "X-Claude-Code-Session-Id: 0f4c2c3e-5a55-4f6e-9a39-6a1b0f6d7e11\r\nX-Stainless-Arch: x64\r\n"
                + "X-Stainless-Lang: js\r\nX-Stainless-OS: Linux\r\nX-Stainless-Package-Version: 0.128.0\r\n"
                + "X-Stainless-Retry-Count: 0\r\nX-Stainless-Runtime: node\r\nX-Stainless-Runtime-Version: v24.3.0\r\n"
                + "X-Stainless-Timeout: 600\r\nanthropic-beta: claude-code-20250219,interleaved-thinking-2025-05-14,"
                + "context-management-2025-06-27,effort-2025-11-24,advanced-tool-use-2025-11-20\r\n"
                + "anthropic-dangerous-direct-browser-access: true\r\nanthropic-version: 2023-06-01\r\n"
                + "Authorization: Bearer sk-bench\r\nx-app: cli\r\nConnection: keep-alive\r\n"
                + "Accept-Encoding: gzip, deflate, br, zstd\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, whole, head.length, body.length);
        return whole;
    }

    /** Every connection busy for {@code seconds}; then waits for the answers under way. */
    Result closedLoop(double seconds) throws IOException {
        begin(true);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        while (!free.isEmpty()) {
            free.poll().send(System.nanoTime());
        }
        while (System.nanoTime() < end) {
            turn(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            while (!free.isEmpty()) {
                free.poll().send(System.nanoTime());
            }
        }
        return finish(start);
    }

    /** One request on each connection. */
    Result once(double longestSeconds) throws IOException {
        begin(false);
        long start = System.nanoTime();
        while (!free.isEmpty()) {
            free.poll().send(System.nanoTime());
        }
        long end = start + (long) (longestSeconds * 1e9);
        while (busy > 0 && System.nanoTime() < end) {
            turn(100);
        }
        return finish(start);
    }

    /** So many requests a second, evenly spaced; one that finds no free connection waits, and its wait counts. */
    Result atRate(double perSecond, double seconds) throws IOException {
        begin(false);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        Thread clock = new Thread(() -> {
            long gap = (long) (1e9 / perSecond);
            for (long at = start; at < end; at += gap) {
                long wait = at - System.nanoTime();
                if (wait > 0) {
                    LockSupport.parkNanos(wait);
                }
                due.add(System.nanoTime());
                selector.wakeup();
            }
        }, "clock");
        clock.start();
        while (System.nanoTime() < end || clock.isAlive()) {
            turn(20);
            sendDue();
        }
        while (!due.isEmpty() && System.nanoTime() < end + DRAIN_NANOS) {
            turn(20);
            sendDue();
        }
        return finish(start);
    }

    private void sendDue() {
        while (!free.isEmpty() && !due.isEmpty()) {
            free.poll().send(due.poll());
        }
    }

    private void begin(boolean closedLoop) {
        result = new Result();
        again = closedLoop;
        due.clear();
    }

    private Result finish(long start) throws IOException {
        result.seconds = (System.nanoTime() - start) / 1e9;
        result.inTime = result.all;
        again = false;
        long end = System.nanoTime() + DRAIN_NANOS;
        while (busy > 0 && System.nanoTime() < end) {
            turn(50);
        }
        for (Connection connection : connections) {
            if (connection.busy) {
                connection.failed("no end within " + DRAIN_NANOS / 1_000_000_000L + " s");
            }
        }
        return result;
    }

    private void turn(long millis) throws IOException {
        selector.select(millis);
        var keys = selector.selectedKeys().iterator();
        while (keys.hasNext()) {
            SelectionKey key = keys.next();
            keys.remove();
            ((Connection) key.attachment()).ready(key);
        }
    }

    /** The events that connections have seen: the smallest count of any. */
    int leastEvents() {
        return connections.stream().mapToInt(connection -> connection.eventsSeen).min().orElse(0);
    }

    /** Turns for so long, whatever comes. */
    void idle(double seconds) throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            turn(Math.max(1, Math.min(50, (end - System.nanoTime()) / 1_000_000)));
        }
    }

    /** Sends on every connection and returns. */
    void sendAll() {
        begin(false);
        while (!free.isEmpty()) {
            free.poll().send(System.nanoTime());
        }
    }

    /** All connections close without a word, every second one with a reset. */
    void vanish() throws IOException {
        for (int i = 0; i < connections.size(); i++) {
            SocketChannel channel = connections.get(i).channel;
            if (i % 2 == 1) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            channel.close();
        }
        selector.selectNow();
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.channel.close();
        }
        selector.close();
    }

    /** One kept-alive connection and the answer it reads. */
    private final class Connection {

        private final byte[] line = new byte[8 * 1024];
        private final byte[] tail = new byte[STREAM_END.length + 2];
        private SocketChannel channel;
        private SelectionKey key;
        private final ByteBuffer outgoing = ByteBuffer.allocateDirect(request.length).put(request);
        private boolean busy;
        private long sentAt;
        private int lineLength;
        private boolean inHead;
        private boolean first;
        private boolean ok;
        private boolean closes;
        private boolean chunked;
        private boolean trailer;
        private boolean stream;
        private long left;
        private int stampAt;
        private long stamp;
        private int eventsSeen;

        void open() throws IOException {
            channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(address);
            channel.configureBlocking(false);
            key = channel.register(selector, SelectionKey.OP_READ, this);
        }

        void send(long at) {
            Load.this.busy++;
            busy = true;
            sentAt = at;
            inHead = true;
            first = true;
            ok = false;
            closes = false;
            chunked = false;
            trailer = false;
            stream = false;
            left = -1;
            lineLength = 0;
            stampAt = -1;
            eventsSeen = 0;
            Arrays.fill(tail, (byte) 0);
            outgoing.clear();
            try {
                write();
            } catch (IOException e) {
                failed(e.toString());
            }
        }

        void ready(SelectionKey ready) {
            try {
                if (ready.isValid() && ready.isReadable()) {
                    read();
                }
                if (ready.isValid() && ready.isWritable() && ready == key) {
                    write();
                }
            } catch (IOException e) {
                failed(e.toString());
            }
        }

        private void write() throws IOException {
            channel.write(outgoing);
            key.interestOps(outgoing.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }

        private void read() throws IOException {
            in.clear();
            int count = channel.read(in);
            if (count < 0) {
                failed("the connection was closed");
                return;
            }
            in.flip();
            if (first && busy && count > 0) {
                first = false;
                result.firstByte.add(System.nanoTime() - sentAt);
            }
            while (in.hasRemaining() && busy) {
                if (inHead) {
                    head();
                } else if (chunked && left <= 0) {
                    chunkLine();
                } else {
                    data();
                }
            }
        }

        private boolean lineDone() throws IOException {
            while (in.hasRemaining()) {
                byte b = in.get();
                if (b == '\n') {
                    return true;
                }
                if (lineLength == line.length) {
                    throw new IOException("a line too long");
                }
                line[lineLength++] = b;
            }
            return false;
        }

        private void head() throws IOException {
            while (inHead && lineDone()) {
                String text = new String(line, 0, lineLength, StandardCharsets.ISO_8859_1).trim().toLowerCase(Locale.ROOT);
                lineLength = 0;
                if (text.startsWith("http/1.1 ")) {
                    ok = text.startsWith("http/1.1 200");
                } else if (text.startsWith("content-length:")) {
                    left = Long.parseLong(text.substring(15).trim());
                } else if (text.startsWith("transfer-encoding:")) {
                    chunked = text.contains("chunked");
                } else if (text.startsWith("content-type:")) {
                    stream = text.contains("event-stream");
                } else if (text.startsWith("connection:")) {
                    closes = text.contains("close");
                } else if (text.isEmpty()) {
                    inHead = false;
                    left = chunked ? 0 : left;
                    if (!chunked && left <= 0) {
                        complete();
                    }
                }
            }
        }

        private void chunkLine() throws IOException {
            if (!lineDone()) {
                return;
            }
            int length = lineLength;
            lineLength = 0;
            if (length <= 1) {
                if (trailer) {
                    complete();
                }
                return;
            }
            left = 0;
            for (int i = 0; i < length && line[i] != '\r' && line[i] != ';'; i++) {
                left = left * 16 + Character.digit(line[i], 16);
            }
            trailer = left == 0;
        }

        private void data() {
            int count = (int) Math.min(left, in.remaining());
            int from = in.position();
            if (stamps) {
                stamps(from, from + count);
            }
            int kept = Math.min(count, tail.length);
            System.arraycopy(tail, kept, tail, 0, tail.length - kept);
            in.get(from + count - kept, tail, tail.length - kept, kept);
            in.position(from + count);
            left -= count;
            if (left == 0 && !chunked) {
                complete();
            }
        }

        private void stamps(int from, int to) {
            for (int i = from; i < to; i++) {
                byte b = in.get(i);
                if (b == '@') {
                    stampAt = 0;
                    stamp = 0;
                } else if (stampAt >= 0) {
                    stamp = stamp * 10 + (b - '0');
                    if (++stampAt == Upstream.STAMP_DIGITS) {
                        stampAt = -1;
                        eventsSeen++;
                        result.events.add(System.nanoTime() - stamp);
                    }
                }
            }
        }

        private boolean whole() {
            if (!stream) {
                return true;
            }
            String end = new String(tail, StandardCharsets.ISO_8859_1).trim();
            return end.endsWith(new String(STREAM_END, StandardCharsets.ISO_8859_1));
        }

        private void complete() {
            if (!ok || !whole()) {
                failed(ok ? "a stream without message_stop" : "not a 200");
                return;
            }
            long now = System.nanoTime();
            result.whole.add(now - sentAt);
            result.all++;
            done();
            if (closes) {
                reopen();
            }
            next();
        }

        private void done() {
            busy = false;
            Load.this.busy--;
        }

        private void next() {
            if (again) {
                send(System.nanoTime());
            } else {
                free.add(this);
            }
        }

        private void failed(String reason) {
            if (busy) {
                result.errors++;
                result.firstError = result.firstError == null ? reason : result.firstError;
                done();
                reopen();
                free.add(this);
            } else {
                reopen();
            }
        }

        private void reopen() {
            try {
                key.cancel();
                channel.close();
                open();
            } catch (IOException e) {
                throw new IllegalStateException("Nothing listens at " + address, e);
            }
        }
    }
}
