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
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * An upstream with canned answers, on one thread and the loopback interface only.
 *
 * <p>Any POST is answered: with a JSON message, or, if the last 512 bytes of the body say {@code "stream":true} (Claude
 * Code puts it last), with an event stream of the Messages format; at a path that ends in {@code /invocations} both in
 * Databricks' chat format, and {@code "stream":true} may stand anywhere. {@code GET /stats} counts, {@code GET
 * /set?events=200&pause=0&together=1} changes the streams that begin from then on: how many events, how many
 * milliseconds between two writes (0: as fast as the socket takes them) and how many events a write has. Each event is an
 * HTTP chunk of its own; each text delta carries the nanosecond it was written at, as {@code @} and 19 digits.
 *
 * <p>{@code java bench/src/bench/Upstream.java [--port N] [--events N] [--pause MS] [--together N]
 * [--tools N]}; it prints its port. With {@code --tools} the last of the Messages events are so many tool uses.
 */
public final class Upstream {

    private static final int TAIL = 512;
    static final int STAMP_DIGITS = 19;
    private static final String STAMP = "@0000000000000000000";
    private static final byte[] STREAM = "\"stream\":true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_CHUNKS = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final String IDS = "request-id: req_bench\r\nx-request-id: bench\r\n";

    /** An event as an HTTP chunk; {@code stamp} is where the digits stand, or -1. */
    private record Event(byte[] bytes, int stamp) {
        static Event of(String type, String data) {
            return ofText("event: " + type + "\ndata: " + data + "\n\n");
        }

        static Event ofText(String event) {
            String chunk = Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
            int stamp = chunk.indexOf(STAMP);
            return new Event(chunk.getBytes(StandardCharsets.US_ASCII), stamp < 0 ? -1 : stamp + 1);
        }
    }

    private final Selector selector = Selector.open();
    private final ServerSocketChannel server = ServerSocketChannel.open();
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
    private final ByteBuffer out = ByteBuffer.allocateDirect(64 * 1024);
    private final PriorityQueue<Peer> paced = new PriorityQueue<>(Comparator.comparingLong((Peer peer) -> peer.due));
    private final byte[] message = message();
    private final byte[] completion = completion();
    private final byte[] streamHead = ("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\n"
            + "cache-control: no-cache\r\n" + IDS + "transfer-encoding: chunked\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    /** The deltas of a tool use. */
    private static final int PIECES = 20;
    private static int toolUses;

    private List<Event> events;
    private List<Event> chunks;
    private long pauseNanos;
    private int together;

    private long accepted;
    private long posts;
    private long completed;
    private long cut;
    private int streaming;

    private Upstream(int port, int count, long pause, int together) throws IOException {
        set(count, pause, together);
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        server.configureBlocking(false);
        server.register(selector, SelectionKey.OP_ACCEPT);
    }

    public static void main(String[] args) throws IOException {
        int port = 0;
        int count = 200;
        long pause = 0;
        int together = 1;
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--port" -> port = Integer.parseInt(args[i + 1]);
                case "--events" -> count = Integer.parseInt(args[i + 1]);
                case "--pause" -> pause = Long.parseLong(args[i + 1]);
                case "--together" -> together = Integer.parseInt(args[i + 1]);
                case "--tools" -> toolUses = Integer.parseInt(args[i + 1]);
                default -> throw new IllegalArgumentException("unknown: " + args[i]);
            }
        }
        Upstream upstream = new Upstream(port, count, pause, together);
        System.out.println(upstream.server.socket().getLocalPort());
        System.out.flush();
        upstream.serve();
    }

    private void set(int count, long pauseMillis, int together) {
        this.events = events(Math.max(count, 6));
        this.chunks = chunks(Math.max(count, 6));
        this.pauseNanos = pauseMillis * 1_000_000;
        this.together = Math.max(1, together);
    }

    /** Each with its start, its end and {@link #PIECES} deltas. */
    private static void toolUses(List<Event> events) {
        for (int index = 1; index <= toolUses; index++) {
            events.add(Event.of("content_block_start", "{\"type\":\"content_block_start\",\"index\":" + index
                    + ",\"content_block\":{\"type\":\"tool_use\",\"id\":\"toolu_bench_" + index
                    + "\",\"name\":\"Bash\",\"input\":{}}}"));
            for (int piece = 0; piece < PIECES; piece++) {
                String json = piece == 0 ? "{\\\"command\\\":\\\"git diff --stat" : piece < PIECES - 1 ? " src/File" + piece : "\\\"}";
                events.add(Event.of("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":" + index
                        + ",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"" + json + "\"}}"));
            }
            events.add(Event.of("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":" + index + "}"));
        }
    }

    private static List<Event> events(int count) {
        List<Event> events = new ArrayList<>(count);
        events.add(Event.of("message_start", "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_bench\",\"type\":"
                + "\"message\",\"role\":\"assistant\",\"model\":\"upstream-name\",\"content\":[],\"stop_reason\":null,"
                + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":25,\"cache_creation_input_tokens\":0,"
                + "\"cache_read_input_tokens\":0,\"output_tokens\":1}}}"));
        events.add(Event.of("content_block_start", "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
                + "{\"type\":\"text\",\"text\":\"\"}}"));
        for (int i = 0; i < count - 5 - toolUses * (PIECES + 2); i++) {
            events.add(Event.of("content_block_delta", "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
                    + "{\"type\":\"text_delta\",\"text\":\"word " + STAMP + " \"}}"));
        }
        events.add(Event.of("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}"));
        toolUses(events);
        events.add(Event.of("message_delta", "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\","
                + "\"stop_sequence\":null},\"usage\":{\"output_tokens\":" + (count - 5) + "}}"));
        events.add(Event.of("message_stop", "{\"type\":\"message_stop\"}"));
        return events;
    }

    private static List<Event> chunks(int count) {
        String head = "data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,\"model\":"
                + "\"upstream-name\",\"choices\":[{\"index\":0,\"delta\":";
        List<Event> chunks = new ArrayList<>(count);
        chunks.add(Event.ofText(head + "{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n"));
        for (int i = 0; i < count - 4; i++) {
            chunks.add(Event.ofText(head + "{\"content\":\"word " + STAMP + " \"},\"finish_reason\":null}]}\n\n"));
        }
        chunks.add(Event.ofText(head + "{},\"finish_reason\":\"stop\"}]}\n\n"));
        chunks.add(Event.ofText("data: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,"
                + "\"model\":\"upstream-name\",\"choices\":[],\"usage\":{\"prompt_tokens\":25,\"completion_tokens\":" + (count - 4)
                + ",\"total_tokens\":" + (count + 21) + "}}\n\n"));
        chunks.add(Event.ofText("data: [DONE]\n\n"));
        return chunks;
    }

    private static byte[] completion() {
        return ok("application/json", "{\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion\",\"created\":1790000000,\"model\":"
                + "\"upstream-name\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                + "The quick brown fox jumps over the lazy dog. ".repeat(10) + "\"},\"finish_reason\":\"stop\"}],\"usage\":"
                + "{\"prompt_tokens\":25,\"completion_tokens\":100,\"total_tokens\":125}}");
    }

    private static byte[] message() {
        String body = "{\"id\":\"msg_bench\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"upstream-name\","
                + "\"content\":[{\"type\":\"text\",\"text\":\"" + "The quick brown fox jumps over the lazy dog. ".repeat(10)
                + "\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":25,"
                + "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":100}}";
        return ok("application/json", body);
    }

    private static byte[] ok(String type, String body) {
        return ("HTTP/1.1 200 OK\r\ncontent-type: " + type + "\r\n" + IDS + "content-length: " + body.length() + "\r\n\r\n"
                + body).getBytes(StandardCharsets.US_ASCII);
    }

    private void serve() throws IOException {
        while (true) {
            long wait = paced.isEmpty() ? 0 : Math.max(1, (paced.peek().due - System.nanoTime()) / 1_000_000);
            selector.select(wait);
            var keys = selector.selectedKeys().iterator();
            while (keys.hasNext()) {
                SelectionKey key = keys.next();
                keys.remove();
                if (key.isValid() && key.isAcceptable()) {
                    accept();
                } else if (key.isValid()) {
                    ((Peer) key.attachment()).ready(key);
                }
            }
            long now = System.nanoTime();
            while (!paced.isEmpty() && paced.peek().due - now <= 0) {
                paced.poll().tick();
            }
        }
    }

    private void accept() throws IOException {
        for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
            accepted++;
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new Peer(channel, key));
        }
    }

    private String stats(Peer asking) {
        long open = selector.keys().stream()
                .filter(key -> key.isValid() && key.attachment() instanceof Peer peer && peer != asking).count();
        return "{\"open\":" + open + ",\"streaming\":" + streaming + ",\"accepted\":" + accepted + ",\"posts\":" + posts
                + ",\"completed\":" + completed + ",\"cut\":" + cut + "}";
    }

    /** One connection: reads a request, answers it, goes on to the next. */
    private final class Peer {

        private final SocketChannel channel;
        private final SelectionKey key;
        private final byte[] head = new byte[16 * 1024];
        private final byte[] tail = new byte[TAIL];
        private int headLength;
        private int tailLength;
        private boolean inBody;
        private boolean chat;
        private boolean streamAsked;
        private int matched;
        private boolean chunked;
        private long bodyLeft;
        private ByteBuffer unsent;
        private List<Event> stream;
        private int next;
        private int perWrite;
        private long pause;
        private long due;

        Peer(SocketChannel channel, SelectionKey key) {
            this.channel = channel;
            this.key = key;
        }

        void ready(SelectionKey ready) {
            try {
                if (ready.isReadable()) {
                    read();
                }
                if (ready.isValid() && ready.isWritable()) {
                    goOn();
                }
            } catch (IOException e) {
                close();
            }
        }

        private void read() throws IOException {
            in.clear();
            int count = channel.read(in);
            if (count < 0) {
                close();
                return;
            }
            in.flip();
            while (in.hasRemaining() && channel.isOpen()) {
                if (inBody) {
                    body();
                } else {
                    head();
                }
            }
        }

        private void head() throws IOException {
            while (in.hasRemaining()) {
                if (headLength == head.length) {
                    throw new IOException("head too long");
                }
                head[headLength++] = in.get();
                if (headLength >= 4 && head[headLength - 1] == '\n' && head[headLength - 3] == '\n') {
                    headDone(new String(head, 0, headLength, StandardCharsets.ISO_8859_1));
                    return;
                }
            }
        }

        private void headDone(String text) throws IOException {
            headLength = 0;
            tailLength = 0;
            if (!text.startsWith("POST ")) {
                page(text.substring(text.indexOf(' ') + 1, text.indexOf(' ', text.indexOf(' ') + 1)));
                return;
            }
            chat = text.indexOf("/invocations HTTP") > 0;
            streamAsked = false;
            matched = 0;
            String lower = text.toLowerCase(java.util.Locale.ROOT);
            chunked = lower.contains("\r\ntransfer-encoding: chunked");
            int length = lower.indexOf("\r\ncontent-length:");
            bodyLeft = length < 0 ? 0 : Long.parseLong(lower.substring(length + 17, lower.indexOf('\r', length + 17)).trim());
            inBody = true;
            if (!chunked && bodyLeft == 0) {
                bodyDone();
            }
        }

        private void body() throws IOException {
            int count = chunked ? in.remaining() : (int) Math.min(in.remaining(), bodyLeft);
            int from = in.position();
            for (int i = from; chat && !streamAsked && i < from + count; i++) {
                byte next = in.get(i);
                matched = next == STREAM[matched] ? matched + 1 : next == STREAM[0] ? 1 : 0;
                streamAsked = matched == STREAM.length;
                matched = streamAsked ? 0 : matched;
            }
            int kept = Math.min(count, TAIL);
            int old = Math.min(tailLength, TAIL - kept);
            System.arraycopy(tail, tailLength - old, tail, 0, old);
            in.get(from + count - kept, tail, old, kept);
            tailLength = old + kept;
            in.position(from + count);
            bodyLeft -= count;
            if (chunked ? endsWithLastChunk() : bodyLeft == 0) {
                bodyDone();
            }
        }

        private boolean endsWithLastChunk() {
            int from = tailLength - END_OF_CHUNKS.length;
            return from >= 0 && java.util.Arrays.equals(tail, from, tailLength, END_OF_CHUNKS, 0, END_OF_CHUNKS.length);
        }

        private void bodyDone() throws IOException {
            inBody = false;
            posts++;
            String end = new String(tail, 0, tailLength, StandardCharsets.ISO_8859_1);
            if (streamAsked || end.contains("\"stream\":true") || end.contains("\"stream\": true")) {
                begin();
            } else {
                send(chat ? completion : message);
            }
        }

        private void page(String path) throws IOException {
            if (path.startsWith("/set?")) {
                int[] values = {events.size(), (int) (pauseNanos / 1_000_000), together};
                for (String part : path.substring(5).split("&")) {
                    int value = Integer.parseInt(part.substring(part.indexOf('=') + 1));
                    values[part.startsWith("events=") ? 0 : part.startsWith("pause=") ? 1 : 2] = value;
                }
                set(values[0], values[1], values[2]);
            }
            send(ok("application/json", stats(this)));
        }

        private void begin() throws IOException {
            streaming++;
            stream = chat ? chunks : events;
            perWrite = together;
            pause = pauseNanos;
            next = 0;
            send(streamHead);
            if (pause == 0) {
                goOn();
            } else {
                due = System.nanoTime();
                tick();
            }
        }

        /** Writes what is due of a paced stream. */
        void tick() {
            try {
                if (unsent == null) {
                    write();
                }
                if (stream != null) {
                    due += pause;
                    paced.add(this);
                }
            } catch (IOException e) {
                close();
            }
        }

        /** Writes on until the socket is full; a paced stream only what is left of its last write. */
        private void goOn() throws IOException {
            if (unsent != null) {
                channel.write(unsent);
                if (unsent.hasRemaining()) {
                    return;
                }
                unsent = null;
                key.interestOps(SelectionKey.OP_READ);
            }
            while (stream != null && pause == 0 && unsent == null) {
                write();
            }
        }

        private void write() throws IOException {
            out.clear();
            int to = Math.min(next + perWrite, stream.size());
            for (; next < to; next++) {
                put(stream.get(next));
            }
            boolean last = next == stream.size();
            if (last) {
                out.put(LAST_CHUNK);
                stream = null;
                streaming--;
                completed++;
            }
            out.flip();
            sendOut();
        }

        private void put(Event event) {
            int at = out.position();
            out.put(event.bytes());
            if (event.stamp() >= 0) {
                long now = System.nanoTime();
                for (int i = STAMP_DIGITS - 1; i >= 0; i--) {
                    out.put(at + event.stamp() + i, (byte) ('0' + now % 10));
                    now /= 10;
                }
            }
        }

        private void send(byte[] bytes) throws IOException {
            out.clear().put(bytes).flip();
            sendOut();
        }

        private void sendOut() throws IOException {
            channel.write(out);
            if (out.hasRemaining()) {
                unsent = ByteBuffer.allocate(out.remaining()).put(out).flip();
                key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            }
        }

        private void close() {
            if (stream != null) {
                stream = null;
                streaming--;
                cut++;
                paced.remove(this);
            }
            key.cancel();
            try {
                channel.close();
            } catch (IOException e) {
                // It is closed.
            }
        }
    }
}
