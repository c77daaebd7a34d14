/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.call.Call;
import io.caravan.call.CallLife;
import io.caravan.failure.Failure;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Has a copy of a call served by one of several workspaces, to the end of its answer, which nobody is given. Each is asked in
 * turn, once, and never one that its breaker leaves alone. No copy steers the choice for a call: no strategy is asked, no
 * verdict given, no retry made. Any thread; one copy blocks its own.
 */
final class CopyBalancer {

    private final Supplier<List<Workspace>> all;
    private final AtomicInteger turns = new AtomicInteger();

    /** @param all gives the workspaces as they are now */
    CopyBalancer(Supplier<List<Workspace>> all) {
        this.all = all;
    }

    /** @throws Failure if it fails, or every workspace is left alone */
    void run(Call copy, Consumer<Workspace> attempt) {
        List<Workspace> workspaces = all.get();
        List<Workspace> able = workspaces.stream().filter(workspace -> !workspace.open()).toList();
        if (able.isEmpty()) {
            throw Exhausted.untried(workspaces);
        }
        Workspace workspace = able.get(Math.floorMod(turns.getAndIncrement(), able.size()));
        workspace.copies().begun();
        try {
            workspace.copied(attempt);
            copy.life().relay().ifPresent(CallLife.Relay::run);
        } catch (RuntimeException | Error e) {
            if (Failure.from(e).kind().counts()) {
                workspace.copies().failed();
            }
            throw e;
        } finally {
            workspace.copies().ended();
        }
    }
}
