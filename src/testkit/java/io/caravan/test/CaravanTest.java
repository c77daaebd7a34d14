/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A JUnit 5 class whose tests share one gateway, with pages of one's own, in front of a simulator. A test, a constructor or a
 * {@code @BeforeEach} takes it as a parameter; what the upstream has seen is forgotten before each test.
 *
 * <pre>{@code
 * @CaravanTest(backend = "AZURE_DATABRICKS", routes = "routes")
 * class OurRoutesTest {
 *     @Test
 *     void sonnetGetsTheHouseRules(GatewayFixture gateway) {
 *         gateway.post(GatewayFixture.STREAM);
 *         assertEquals("house rules", gateway.received().json().at("/system").asText());
 *     }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(CaravanExtension.class)
public @interface CaravanTest {

    /** As {@link GatewayFixture#start} has it. */
    String backend() default "ANTHROPIC";

    /** A directory of pages, seen from where the tests run; none unless said. */
    String routes() default "";

    /** As {@link GatewayFixture#start} has them. */
    String[] settings() default {};
}
