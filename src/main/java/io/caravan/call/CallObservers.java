/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.call;

import io.caravan.failure.Failure;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Several observers as one, told in their order. */
final class CallObservers implements CallObserver {

    private final List<CallObserver> observers;

    CallObservers(CallObserver... observers) {
        this.observers = List.of(observers);
    }

    @Override
    public void accepted(Call call) {
        each(observer -> observer.accepted(call));
    }

    @Override
    public void resolved(Call call, String backend, String endpoint) {
        each(observer -> observer.resolved(call, backend, endpoint));
    }

    @Override
    public void routed(Call call, UpstreamAnswer attempt, String path) {
        each(observer -> observer.routed(call, attempt, path));
    }

    @Override
    public void refused(Call call, UpstreamAnswer attempt, Failure failure, @Nullable String words) {
        each(observer -> observer.refused(call, attempt, failure, words));
    }

    @Override
    public void retried(Call call, String upstream, Duration wait, Failure cause) {
        each(observer -> observer.retried(call, upstream, wait, cause));
    }

    @Override
    public void movedOn(Call call, String from, String to, Failure cause) {
        each(observer -> observer.movedOn(call, from, to, cause));
    }

    @Override
    public void failedOver(Call call, String from, String to, Failure cause) {
        each(observer -> observer.failedOver(call, from, to, cause));
    }

    @Override
    public void reviewed(Call call, ToolVerdict verdict) {
        each(observer -> observer.reviewed(call, verdict));
    }

    @Override
    public void failed(Call call, Failure failure) {
        each(observer -> observer.failed(call, failure));
    }

    @Override
    public void completed(Call call, Outcome outcome) {
        each(observer -> observer.completed(call, outcome));
    }

    private void each(Consumer<CallObserver> told) {
        observers.forEach(told);
    }
}
