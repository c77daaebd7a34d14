/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.client.StartGate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.PollingConsumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.DelayDefinition;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ThrottleDefinition;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.PollingConsumerSupport;

/**
 * What pages do beside answering a call, and do not do in a rehearsal: endpoints other than the routes' own and the simulated
 * upstreams neither take nor give anything, beans that are not the gateway's are not called, and nothing is logged, throttled or
 * delayed. Any thread.
 */
final class LeftOut implements EndpointStrategy {

    private static final Set<String> WITHIN = Set.of("direct", "seda", "platform-http");
    private static final Set<Class<?>> TIMED_OR_TOLD = Set.of(LogDefinition.class, DelayDefinition.class, ThrottleDefinition.class);

    private final String upstreams;
    private final Set<String> asked = new ConcurrentSkipListSet<>();

    /** @param upstreams how the URLs of the simulated upstreams begin */
    LeftOut(String upstreams) {
        this.upstreams = upstreams + "/";
    }

    /** The schemes of the endpoints that were to be sent to or asked. */
    Set<String> asked() {
        return Set.copyOf(asked);
    }

    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        String scheme = RouteSet.scheme(endpoint.getEndpointUri());
        if (WITHIN.contains(scheme) || endpoint.getEndpointUri().startsWith(upstreams)) {
            return endpoint;
        }
        return new Nobody(endpoint, scheme);
    }

    /** Takes the steps out of routes that have been read and are not started yet. */
    void takeSteps(CamelContext context, StartGate beans) {
        for (RouteDefinition route : ((ModelCamelContext) context).getRouteDefinitions()) {
            for (ProcessorDefinition<?> step : steps(route)) {
                if (TIMED_OR_TOLD.contains(step.getClass()) || isForeign(step, beans)) {
                    step.setDisabled("true");
                }
            }
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static List<ProcessorDefinition<?>> steps(RouteDefinition route) {
        return (List) List.copyOf(ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), ProcessorDefinition.class));
    }

    /** Whether it calls a bean of somebody else's; one that there is not is the page's fault, and told as such. */
    private static boolean isForeign(ProcessorDefinition<?> step, StartGate beans) {
        if (step instanceof BeanDefinition bean) {
            return bean.getRef() == null || isForeign(bean.getRef(), beans);
        }
        return step instanceof ProcessDefinition process && isForeign(process.getRef(), beans);
    }

    private static boolean isForeign(String ref, StartGate beans) {
        Object bean = beans.lookupByName(ref);
        return bean != null && !bean.getClass().getName().startsWith(LeftOut.class.getPackageName() + ".");
    }

    /** Stands for an endpoint outside the gateway. */
    private final class Nobody extends DefaultEndpoint {

        private final Endpoint endpoint;
        private final String scheme;

        Nobody(Endpoint endpoint, String scheme) {
            super(endpoint.getEndpointUri(), null);
            setCamelContext(endpoint.getCamelContext());
            this.endpoint = endpoint;
            this.scheme = scheme;
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) {
                    asked.add(scheme);
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) throws Exception {
            if (RouteSet.isAsked(scheme)) {
                return endpoint.createConsumer(processor);
            }
            return new DefaultConsumer(this, processor);
        }

        @Override
        public PollingConsumer createPollingConsumer() {
            return new PollingConsumerSupport(this) {
                @Override
                public Exchange receive() {
                    asked.add(scheme);
                    return getEndpoint().createExchange();
                }

                @Override
                public Exchange receiveNoWait() {
                    return receive();
                }

                @Override
                public Exchange receive(long timeout) {
                    return receive();
                }
            };
        }

        @Override
        public boolean isLenientProperties() {
            return true;
        }
    }
}
