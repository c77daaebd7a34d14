/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import static io.caravan.it.FaultsRequestTest.assertFault;
import static io.caravan.it.OutgoingProxyTest.daemon;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.caravan.it.OutgoingProxyTest.SmallProxy;
import io.caravan.settings.value.SettingsException;
import io.caravan.simulator.Simulator;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS to an upstream: verified, by Java's own authorities and those of PROXY_CA_FILE (5.12, 5.13). */
class OutgoingProxyTlsTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    static Path directory;
    private static Simulator simulator;
    private static Tls good;
    private static Tls misnamed;

    /** TLS in front of the simulator. */
    private record Tls(ServerSocket server, List<Socket> sockets) implements AutoCloseable {

        static Tls start(Path keystore, String alias) throws Exception {
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(keystore)) {
                store.load(in, PASSWORD);
            }
            for (String other : java.util.Collections.list(store.aliases())) {
                if (!other.equals(alias)) {
                    store.deleteEntry(other);
                }
            }
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            Tls tls = new Tls(context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                    new CopyOnWriteArrayList<>());
            daemon(() -> {
                while (true) {
                    Socket client = tls.server.accept();
                    Socket upstream = new Socket(InetAddress.getLoopbackAddress(), simulator.port());
                    tls.sockets.addAll(List.of(client, upstream));
                    daemon(() -> {
                        client.getInputStream().transferTo(upstream.getOutputStream());
                        upstream.close();
                    });
                    daemon(() -> {
                        upstream.getInputStream().transferTo(client.getOutputStream());
                        client.close();
                    });
                }
            });
            return tls;
        }

        String setting() {
            return "LITELLM_BASE_URL=https://127.0.0.1:" + server.getLocalPort();
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** A CA of our own, and two certificates it signed: one for this address and one for another host. */
    @BeforeAll
    static void start() throws Exception {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        assumeTrue(Files.isExecutable(tool), "there is no keytool beside this Java");
        keytool(tool, "-genkeypair", "-alias", "ca", "-keyalg", "EC", "-dname", "CN=Company CA", "-ext", "bc:c", "-validity", "2");
        for (String[] leaf : new String[][] {{"good", "san=ip:127.0.0.1"}, {"misnamed", "san=dns:elsewhere.example"}}) {
            keytool(tool, "-genkeypair", "-alias", leaf[0], "-keyalg", "EC", "-dname", "CN=" + leaf[0], "-validity", "2");
            keytool(tool, "-certreq", "-alias", leaf[0], "-file", leaf[0] + ".csr");
            keytool(tool, "-gencert", "-alias", "ca", "-infile", leaf[0] + ".csr", "-outfile", leaf[0] + ".crt", "-ext", leaf[1], "-validity", "2");
            keytool(tool, "-importcert", "-alias", leaf[0], "-file", leaf[0] + ".crt", "-noprompt");
        }
        keytool(tool, "-exportcert", "-rfc", "-alias", "ca", "-file", "ca.pem");
        simulator = Simulator.start();
        good = Tls.start(directory.resolve("keys.p12"), "good");
        misnamed = Tls.start(directory.resolve("keys.p12"), "misnamed");
    }

    private static void keytool(Path tool, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(tool.toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", "keys.p12", "-storetype", "PKCS12", "-storepass", "changeit", "-keypass", "changeit"));
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
    }

    @AfterAll
    static void stop() throws IOException {
        if (simulator != null) {
            good.close();
            misnamed.close();
            simulator.close();
        }
    }

    private static String caFile() {
        return "PROXY_CA_FILE=" + directory.resolve("ca.pem");
    }

    @Test
    void anUpstreamOfTheCompanysCaIsTrustedWithItsFile() {
        try (Gateway gateway = Gateway.start("LITELLM_MESSAGES", good.setting(), caFile())) {
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertTrue(gateway.post(Gateway.STREAM).body().contains("event: message_stop"));
        }
    }

    @Test
    void withoutTheFileItIsNot() {
        try (Gateway gateway = Gateway.start("LITELLM_MESSAGES", good.setting())) {
            int before = simulator.requests().size();
            String words = assertFault(gateway.post(Gateway.PLAIN), 503, "api_error").path("error").path("message").asText();
            assertTrue(words.contains("PROXY_CA_FILE"), words);
            assertEquals(before, simulator.requests().size());
        }
    }

    // a certificate is for its host, whoever signed it
    @Test
    void anotherHostsCertificateIsRefused() {
        try (Gateway gateway = Gateway.start("LITELLM_MESSAGES", misnamed.setting(), caFile())) {
            int before = simulator.requests().size();
            assertFault(gateway.post(Gateway.PLAIN), 503, "api_error");
            assertEquals(before, simulator.requests().size());
        }
    }

    @Test
    void tlsGoesThroughAProxyAsATunnel() throws IOException {
        try (SmallProxy proxy = new SmallProxy("user:secret");
                Gateway gateway = Gateway.start("LITELLM_MESSAGES", good.setting(), caFile(),
                        "HTTPS_PROXY=http://user:secret@127.0.0.1:" + proxy.port())) {
            assertEquals(200, gateway.post(Gateway.PLAIN).statusCode());
            assertTrue(proxy.asked.stream().allMatch(line -> line.startsWith("CONNECT 127.0.0.1:")), proxy.asked.toString());
            assertTrue(proxy.asked.size() >= 1);
        }
    }

    @Test
    void aFileThatHoldsNoCertificateStopsTheStart() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "no certificate\n");
        for (String file : new String[] {empty.toString(), directory.resolve("missing.pem").toString()}) {
            String words = assertThrows(SettingsException.class,
                    () -> Gateway.start("LITELLM_MESSAGES", good.setting(), "PROXY_CA_FILE=" + file)).getMessage();
            assertTrue(words.contains("PROXY_CA_FILE"), words);
        }
    }
}
