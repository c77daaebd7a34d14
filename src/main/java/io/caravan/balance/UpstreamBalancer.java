/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.balance;

import io.caravan.call.Call;
import io.caravan.call.UpstreamAnswer;
import io.caravan.failure.Failure;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.processor.loadbalancer.LoadBalancerSupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * The {@code loadBalance} of a backend's route: sends the exchange to the route {@code direct:upstream-<name>} of the
 * workspace the {@link Balancer} chooses, with variable {@code upstream} set, and on to another where that fails. Runs on
 * the request's worker and blocks it. What fails in the end is the exchange's exception.
 */
final class UpstreamBalancer extends LoadBalancerSupport {

    private final Supplier<Balancer> balancer;
    private final CopyBalancer copies;
    private final Predicate<Call> fallback;

    /**
     * @param balancer gives the backend's as it is now
     * @param copies   for copies of calls
     * @param fallback whether another backend could serve the call when all workspaces fail
     */
    UpstreamBalancer(Supplier<Balancer> balancer, CopyBalancer copies, Predicate<Call> fallback) {
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
                balancer.get().run(call, fallback.test(call), workspace -> attempt(exchange, workspace));
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
        exchange.setProperty(UpstreamAnswer.ROUTE, workspace.route());
        exchange.removeVariable("attempt");
        try {
            producer(exchange, workspace.route()).process(exchange);
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

    private static AsyncProducer producer(Exchange exchange, String route) throws Exception {
        ExtendedCamelContext context = exchange.getContext().getCamelContextExtension();
        Producers producers = context.getContextPlugin(Producers.class);
        if (producers == null) {
            producers = new Producers();
            context.addContextPlugin(Producers.class, producers);
        }
        return producers.of(exchange.getContext(), route);
    }

    /** One Camel context's: the same balancer serves the pages of several, one after the other. */
    private static final class Producers {

        private final Map<String, AsyncProducer> byRoute = new ConcurrentHashMap<>();

        AsyncProducer of(CamelContext context, String route) throws Exception {
            AsyncProducer producer = byRoute.get(route);
            if (producer == null) {
                producer = context.getEndpoint("direct:upstream-" + route).createAsyncProducer();
                ServiceHelper.startService(producer);
                byRoute.put(route, producer);
            }
            return producer;
        }
    }
}
