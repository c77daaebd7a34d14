/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** 4.3: nothing a client's own request causes takes an upstream away from others. */
class BreakerVerdictPropertyTest {

    private static final List<Kind> NOBODYS = Stream.of(Kind.values())
            .filter(kind -> kind.isClients() || kind.source() != Kind.Source.UPSTREAM || kind == Kind.RATE_LIMITED).toList();
    private static final List<Kind> LATE = List.of(Kind.TIMED_OUT, Kind.TIMED_OUT_REPEATABLE);

    @Property(tries = 1000)
    void noSequenceOfAClientsOwnFaultsTakesAnUpstreamAway(@ForAll long seed) {
        Random random = new Random(seed);
        Workspace space = Spaces.of(1).get(0);
        List<Workspace.Attempt> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            if (random.nextBoolean()) {
                Workspace.Attempt attempt = space.tryBegin();
                assertNotNull(attempt, "the upstream is there for everybody");
                waiting.add(attempt);
            } else if (!waiting.isEmpty()) {
                ends(space, waiting.remove(random.nextInt(waiting.size())), random);
            }
            assertFalse(space.open());
        }
        waiting.forEach(attempt -> attempt.failed(Failure.clientGone(), new Caller().calls(null)));
        assertEquals(0, space.errors());
        assertEquals(0, space.active());
    }

    /** A slow head of one client's, while somebody else is answered; or whatever else is no fault of the upstream. */
    private static void ends(Workspace space, Workspace.Attempt attempt, Random random) {
        if (random.nextInt(3) > 0) {
            space.answered();
            attempt.failed(Failure.of(LATE.get(random.nextInt(2)), "late"), new Caller().calls(null));
            return;
        }
        Kind kind = NOBODYS.get(random.nextInt(NOBODYS.size()));
        if (kind == Kind.RATE_LIMITED || kind == Kind.REQUEST_REFUSED) {
            space.answered();
        }
        attempt.failed(Failure.of(kind, "x"), new Caller().calls(null));
    }
}
