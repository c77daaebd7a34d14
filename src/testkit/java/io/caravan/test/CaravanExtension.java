/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts the gateway of a {@link CaravanTest} before its first test and ends it behind the last. */
final class CaravanExtension implements BeforeAllCallback, BeforeEachCallback, AfterAllCallback, ParameterResolver {

    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(CaravanExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        Optional<CaravanTest> wanted = context.getTestClass().map(type -> type.getAnnotation(CaravanTest.class));
        if (wanted.isPresent()) { // A nested class has that of the class around it.
            store(context).put(GatewayFixture.class, start(wanted.get()));
        }
    }

    private static GatewayFixture start(CaravanTest wanted) throws IOException {
        List<String> settings = new ArrayList<>();
        if (!wanted.routes().isEmpty()) {
            try (Stream<Path> pages = Files.list(Path.of(wanted.routes()))) {
                for (Path page : pages.filter(Files::isRegularFile).toList()) {
                    settings.add("routes/" + page.getFileName() + "=" + Files.readString(page));
                }
            }
        }
        settings.addAll(List.of(wanted.settings()));
        return GatewayFixture.start(wanted.backend(), settings.toArray(String[]::new));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        gateway(context).upstream(null);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Optional.ofNullable(store(context).remove(GatewayFixture.class, GatewayFixture.class)).ifPresent(GatewayFixture::close);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == GatewayFixture.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return gateway(context);
    }

    private static GatewayFixture gateway(ExtensionContext context) {
        return store(context).get(GatewayFixture.class, GatewayFixture.class);
    }

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(OURS);
    }
}
