package io.caravan.call;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Several observers as one, told in their order. */
public final class CallObservers implements CallObserver {

    private final List<CallObserver> observers;

    public CallObservers(CallObserver... observers) {
        this.observers = List.of(observers);
    }

    @Override
    public void accepted(GatewayCall call) {
        each(observer -> observer.accepted(call));
    }

    @Override
    public void routed(GatewayCall call, Target target, String endpoint) {
        each(observer -> observer.routed(call, target, endpoint));
    }

    @Override
    public void retried(GatewayCall call, String upstream, Duration wait, Throwable cause) {
        each(observer -> observer.retried(call, upstream, wait, cause));
    }

    @Override
    public void movedOn(GatewayCall call, String from, String to, Throwable cause) {
        each(observer -> observer.movedOn(call, from, to, cause));
    }

    @Override
    public void failedOver(GatewayCall call, String from, String to, Throwable cause) {
        each(observer -> observer.failedOver(call, from, to, cause));
    }

    @Override
    public void faulted(GatewayCall call, GatewayFault fault, String detail) {
        each(observer -> observer.faulted(call, fault, detail));
    }

    @Override
    public void completed(GatewayCall call, Outcome outcome) {
        each(observer -> observer.completed(call, outcome));
    }

    private void each(Consumer<CallObserver> told) {
        observers.forEach(told);
    }
}
