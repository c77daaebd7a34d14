/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version this jar was built as. */
final class Version {

    private static final String VERSION = read();

    private Version() {
    }

    static String of() {
        return VERSION;
    }

    private static String read() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("/caravan-version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("caravan-version.properties is missing from the jar", e);
        }
        return properties.getProperty("caravan.version");
    }
}
