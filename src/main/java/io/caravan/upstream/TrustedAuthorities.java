/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.settings.value.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.jspecify.annotations.Nullable;

/** The certificate authorities upstreams are checked against: Java's own, and a company's from PROXY_CA_FILE. */
final class TrustedAuthorities {

    private TrustedAuthorities() {
    }

    /**
     * TLS parameters that trust {@code pem} beside Java's own authorities.
     *
     * @throws SettingsException if the file holds no certificate
     */
    static SSLContextParameters with(Path pem) {
        TrustManagersParameters trust = new TrustManagersParameters();
        try {
            trust.setTrustManager(trusting(read(pem)));
        } catch (IOException | GeneralSecurityException e) {
            throw new SettingsException("PROXY_CA_FILE=" + pem + " cannot be read as PEM certificates (" + e.getMessage() + ")");
        }
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setTrustManagers(trust);
        return parameters;
    }

    /** The same for a client that is not Camel's; null, for Java's own authorities alone, where there is no file. */
    static @Nullable SSLContext context(@Nullable Path pem) {
        if (pem == null) {
            return null;
        }
        try {
            return with(pem).createSSLContext(null);
        } catch (IOException | GeneralSecurityException e) {
            throw new SettingsException("PROXY_CA_FILE=" + pem + " cannot be used (" + e.getMessage() + ")");
        }
    }

    private static Collection<? extends Certificate> read(Path pem) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(pem)) {
            Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new IOException("it holds none");
            }
            return certificates;
        }
    }

    private static TrustManager trusting(Collection<? extends Certificate> own) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int count = 0;
        for (X509Certificate known : manager(null).getAcceptedIssuers()) {
            store.setCertificateEntry("java-" + count++, known);
        }
        for (Certificate certificate : own) {
            store.setCertificateEntry("own-" + count++, certificate);
        }
        return manager(store);
    }

    private static X509TrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("this Java runtime has no X.509 trust manager");
    }
}
