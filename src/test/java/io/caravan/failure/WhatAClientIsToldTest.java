/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.failure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The table "What a client is told" in docs/operations.md says what the kinds say, row by row. */
class WhatAClientIsToldTest {

    private static final Path DOCS = Path.of("docs/operations.md");
    private static final String HEAD = "| kind | what happened | answer | whose | breaker | moves on | fails over |";

    @Test
    void theTableIsTheEnum() throws IOException {
        List<String> lines = Files.readAllLines(DOCS);
        int head = lines.indexOf(HEAD);
        assertTrue(head >= 0, "docs/operations.md has no table that begins with " + HEAD);
        List<String> rows = lines.subList(head + 2, head + 2 + Kind.values().length);
        assertEquals(String.join("\n", Stream.of(Kind.values()).map(WhatAClientIsToldTest::row).toList()),
                String.join("\n", rows));
        assertFalse(lines.get(head + 2 + Kind.values().length).startsWith("|"), "a row that is no kind");
    }

    private static String row(Kind kind) {
        String answer = kind.status() + " `" + kind.type() + "`"
                + (kind.retryAfter() > 0 ? ", `retry-after: " + kind.retryAfter() + "`" : "")
                + (kind.isFinal() ? ", `x-should-retry: false`" : "");
        return String.join(" | ", "| `" + kind.label() + "`", kind.happened(), answer,
                kind.source().name().toLowerCase(java.util.Locale.ROOT), mark(kind.counts()), mark(kind.movesOn()),
                mark(kind.failsOver())) + " |";
    }

    private static String mark(boolean yes) {
        return yes ? "yes" : "";
    }

    @ParameterizedTest
    @EnumSource
    void whatFollowsFromAKindFitsTogether(Kind kind) {
        assertTrue(kind.status() >= 400 && kind.status() < 600);
        assertFalse(kind.counts() && kind.source() != Kind.Source.UPSTREAM, "nobody else's fault counts against an upstream");
        assertFalse(kind.movesOn() && kind.source() == Kind.Source.CLIENT, "a client's fault costs no other upstream a call");
        assertFalse(kind.failsOver() && !kind.movesOn(), "where another backend may serve, another workspace may");
        assertEquals(kind.status(), Failure.of(kind, "x").status());
        if (kind.source() != Kind.Source.CLIENT && kind != Kind.ACCOUNT_EMPTY) {
            assertEquals(MessagesErrorBody.typeOf(kind.status()), kind.type());
        }
    }

    // rule 9
    @ParameterizedTest
    @EnumSource
    void beforeContentWhatMayPassIsAnOverload(Kind kind) {
        Failure failure = Failure.of(kind, "x");
        boolean passing = failure.status() >= 500 || kind == Kind.RATE_LIMITED;
        assertEquals(passing, failure.eventType(false).equals("overloaded_error"));
        assertEquals(kind == Kind.OVERLOADED, failure.eventType(true).equals("overloaded_error"));
    }
}
