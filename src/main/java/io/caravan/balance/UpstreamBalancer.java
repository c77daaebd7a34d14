/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.call.Call;
import io.caravan.call.CallRecord.ModelName;
import io.caravan.failure.Failure;
import io.caravan.provider.UpstreamSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.processor.loadbalancer.LoadBalancerSupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * The {@code loadBalance} of a backend's route: sends the exchange to the route {@code direct:upstream-<name>} of the
 * workspace the {@link Balancer} chooses, with variable {@code upstream} set, and on to another where that fails. Runs on
 * the request's worker and blocks it. What fails in the end is the exchange's exception.
 */
final class UpstreamBalancer extends LoadBalancerSupport {

    private final Balancer balancer;
    private final CopyBalancer copies;
    private final Predicate<ModelName> fallback;
    private final Map<String, AsyncProducer> producers = new HashMap<>();

    /**
     * @param copies   for copies of calls
     * @param fallback whether another backend could serve the model when all workspaces fail
     */
    UpstreamBalancer(Balancer balancer, CopyBalancer copies, Predicate<ModelName> fallback) {
        this.balancer = balancer;
        this.copies = copies;
        this.fallback = fallback;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Call call = Call.of(exchange);
        try {
            if (call.isCopy()) {
                copies.run(call, workspace -> attempt(exchange, workspace));
            } else {
                balancer.run(call, fallback.test(call.modelName()), workspace -> attempt(exchange, workspace));
            }
        } catch (RuntimeException e) {
            call.record().failed(Failure.from(e));
            exchange.getMessage().setBody(call.request().body());
            exchange.setException(e);
        }
        callback.done(true);
        return true;
    }

    private void attempt(Exchange exchange, Workspace workspace) {
        exchange.setVariable("upstream", workspace.name());
        exchange.removeVariable("attempt");
        try {
            producer(exchange, workspace.name()).process(exchange);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        Exception failure = exchange.getException();
        if (failure != null) {
            exchange.setException(null);
            throw Failure.from(failure);
        }
    }

    private synchronized AsyncProducer producer(Exchange exchange, String name) throws Exception {
        AsyncProducer producer = producers.get(name);
        if (producer == null) {
            producer = exchange.getContext().getEndpoint("direct:upstream-" + UpstreamSettings.routeName(name)).createAsyncProducer();
            ServiceHelper.startService(producer);
            producers.put(name, producer);
        }
        return producer;
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(producers.values());
        super.doStop();
    }
}
