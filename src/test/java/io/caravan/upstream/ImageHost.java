/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A TLS server on 127.0.0.1 that calls itself {@code images.example}; a test writes each answer itself. */
final class ImageHost implements AutoCloseable {

    static final String NAME = "images.example";
    private static final char[] PASSWORD = "changeit".toCharArray();

    interface Script {
        void answer(OutputStream out) throws IOException, InterruptedException;
    }

    /** The heads of all requests. */
    final List<String> heads = new CopyOnWriteArrayList<>();
    /** Trusts this server. */
    final SSLContext trust;
    volatile Script script;
    private final ServerSocket server;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    private ImageHost(KeyStore store) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        KeyStore believed = KeyStore.getInstance("PKCS12");
        believed.load(null, null);
        believed.setCertificateEntry("host", store.getCertificate("host"));
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(believed);
        trust = SSLContext.getInstance("TLS");
        trust.init(null, managers.getTrustManagers(), null);
        server = context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        daemon(this::acceptAll);
    }

    /** @param directory takes the key, made anew */
    static ImageHost start(Path directory) throws Exception {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        assumeTrue(Files.isExecutable(tool), "there is no keytool beside this Java");
        Path file = directory.resolve("host.p12");
        Process process = new ProcessBuilder(tool.toString(), "-genkeypair", "-alias", "host", "-keyalg", "EC", "-dname",
                "CN=" + NAME, "-ext", "san=dns:" + NAME, "-validity", "2", "-keystore", file.toString(), "-storetype",
                "PKCS12", "-storepass", "changeit", "-keypass", "changeit").redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return new ImageHost(store);
    }

    int port() {
        return server.getLocalPort();
    }

    String url() {
        return "https://" + NAME + ":" + port() + "/a/picture?size=1";
    }

    /** Answers with a head, a line each, and a body, whose length is said. */
    void answers(String status, String type, byte[] body) {
        script = out -> {
            out.write(("HTTP/1.1 " + status + "\r\n" + (type == null ? "" : "content-type: " + type + "\r\n")
                    + "content-length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
        };
    }

    private void acceptAll() throws IOException {
        while (true) {
            Socket socket = server.accept();
            sockets.add(socket);
            daemon(() -> serve(socket));
        }
    }

    private void serve(Socket socket) throws IOException, InterruptedException {
        try (socket) {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                head.append(line).append('\n');
            }
            if (head.isEmpty()) {
                return; // no TLS, no request
            }
            heads.add(head.toString());
            script.answer(socket.getOutputStream());
            socket.getOutputStream().flush();
        }
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    private static void daemon(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException | InterruptedException closed) {
                // the test is over, or the peer is
            }
        }, "image-host");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
