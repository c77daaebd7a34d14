/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.caravan.call.Call;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.format.json.Json;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** 4.6 */
class StatsTest {

    private final List<Workspace> spaces = Spaces.of(1, 2);
    private final Stats stats = new Stats(() -> spaces);

    private final Call call = new Caller().calls(null);

    @Test
    void itShowsEachWorkspaceInTheFilesOrder() throws IOException {
        for (int i = 0; i < Spaces.THRESHOLD; i++) {
            Workspace.Attempt attempt = spaces.get(1).tryBegin();
            spaces.get(1).sent(call);
            attempt.failed(Failure.of(Kind.UNAVAILABLE, "x"));
        }
        spaces.get(0).tryBegin();
        spaces.get(0).sent(call);
        assertShown("{'name':'a','active_requests':1,'total_requests':1,'total_errors':0,'circuit_open':false}",
                "{'name':'b','active_requests':0,'total_requests':3,'total_errors':3,'circuit_open':true}");
        stats.reset();
        assertShown("{'name':'a','active_requests':1,'total_requests':1,'total_errors':0,'circuit_open':false}",
                "{'name':'b','active_requests':0,'total_requests':3,'total_errors':0,'circuit_open':false}");
    }

    private void assertShown(String first, String second) throws IOException {
        assertEquals(Json.MAPPER.readTree(("{'endpoints':[" + first + "," + second + "]}").replace('\'', '"')),
                Json.MAPPER.readTree(Json.MAPPER.writeValueAsString(stats.view())));
    }
}
