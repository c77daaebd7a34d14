/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import org.apache.camel.BindToRegistry;
import org.apache.camel.EndpointInject;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.main.junit5.CamelMainTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The content-based router alone: each known name reaches its own backend, another name none. */
@CamelMainTest(mockEndpointsAndSkip = "direct:backend-.*", properties = {
    "camel.main.routes-include-pattern=classpath:routes/select-backend.camel.yaml", "camel.server.enabled=false"})
class SelectBackendRouteTest {

    /** Stands for the model table: the test says which backend it resolves to. */
    @BindToRegistry("resolveTarget")
    private final Processor resolveTarget = exchange ->
            exchange.setVariable("backend", exchange.getMessage().getBody(String.class));

    @EndpointInject("direct:select-backend")
    private ProducerTemplate select;

    @EndpointInject("mock:direct:backend-databricks")
    private MockEndpoint databricks;

    @EndpointInject("mock:direct:backend-openrouter")
    private MockEndpoint openrouter;

    @EndpointInject("mock:direct:backend-litellm")
    private MockEndpoint litellm;

    @EndpointInject("mock:direct:backend-anthropic")
    private MockEndpoint anthropic;

    @ParameterizedTest
    @ValueSource(strings = {"databricks", "openrouter", "litellm", "anthropic"})
    void goesWhereResolveTargetSays(String name) throws InterruptedException {
        for (MockEndpoint backend : new MockEndpoint[] {databricks, openrouter, litellm, anthropic}) {
            backend.reset();
            backend.expectedMessageCount(backend.getName().equals("direct:backend-" + name) ? 1 : 0);
        }

        select.sendBody(name);

        MockEndpoint.assertIsSatisfied(databricks, openrouter, litellm, anthropic);
    }
}
