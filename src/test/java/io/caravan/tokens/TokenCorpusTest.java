/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.format.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Never more than 5 % under, nor 20 % over. The references are derived from published measurements, not measured here:
 * src/test/resources/tokens/README.md says how.
 */
class TokenCorpusTest {

    private static final int ONE_MESSAGE = 4;
    private static final int ONE_MESSAGE_OLDER = 6;

    record Reference(String file, int o200k, double older, double newerLowest, double newerHighest) {

        static Reference of(String line) {
            String[] cells = line.split(",");
            return new Reference(cells[0].strip(), Integer.parseInt(cells[1].strip()), Double.parseDouble(cells[2]),
                    Double.parseDouble(cells[3]), Double.parseDouble(cells[4]));
        }
    }

    static Stream<Reference> references() throws IOException {
        return resource("references.csv").lines().filter(line -> !line.startsWith("#")).map(Reference::of);
    }

    @ParameterizedTest
    @MethodSource("references")
    void theOlderFamilyIsMetWithinTheTarget(Reference reference) throws IOException {
        double real = reference.o200k * reference.older;
        assertWithin(real, real, estimate(reference, false));
    }

    @ParameterizedTest
    @MethodSource("references")
    void theNewerFamilyIsMetWithinTheTarget(Reference reference) throws IOException {
        double older = reference.o200k * reference.older;
        assertWithin(older * reference.newerLowest, older * reference.newerHighest, estimate(reference, true));
    }

    private static void assertWithin(double lowest, double highest, double estimate) {
        String said = "%.0f for %.0f to %.0f: %+.1f %% of the lowest, %+.1f %% of the highest".formatted(estimate, lowest,
                highest, 100 * (estimate / lowest - 1), 100 * (estimate / highest - 1));
        assertTrue(estimate >= 0.95 * highest && estimate <= 1.2 * lowest, said);
    }

    private static double estimate(Reference reference, boolean newTokenizer) throws IOException {
        String text = Json.MAPPER.writeValueAsString(resource(reference.file));
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":" + text + "}]}";
        return new TokenEstimator().estimate(body.getBytes(StandardCharsets.UTF_8), newTokenizer)
                - (newTokenizer ? ONE_MESSAGE : ONE_MESSAGE_OLDER);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = TokenCorpusTest.class.getResourceAsStream("/tokens/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
