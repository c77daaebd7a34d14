/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.settings.GatewaySettings;
import io.caravan.settings.Given;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ledger 1.12: who takes over, and after whom. */
class FallbackChainTest {

    private static final List<String> OTHERS = List.of("AZURE_DATABRICKS", "OPENROUTER", "LITELLM_OPENROUTER", "ANTHROPIC");
    private static final String[] ALL_KEYS = {"PROXY_BACKEND", "LITELLM_MESSAGES", "OPENROUTER_API_KEY", "x",
        "DATABRICKS_HOST", "adb-1.2", "DATABRICKS_TOKEN", "x"};

    private static String[] withKeys(String... more) {
        return Stream.concat(Stream.of(ALL_KEYS), Stream.of(more)).toArray(String[]::new);
    }

    private static List<String> chain(GatewaySettings settings) {
        return settings.backends().fallbacks().stream().map(Backend::id).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "'openrouter,Anthropic', openrouter anthropic",
        "'ANTHROPIC', anthropic",
        "' Azure_Databricks , LITELLM_OPENROUTER,,openRouter ', databricks litellm-openrouter openrouter",
        "none, ''"
    })
    void theNamesAreThoseOfProxyBackendInAnyLetterCase(String value, String ids) {
        GatewaySettings settings = Given.settings(withKeys("PROXY_FALLBACK", value));

        assertEquals(ids.isEmpty() ? List.of() : List.of(ids.split(" ")), chain(settings));
        assertEquals(!ids.isEmpty(), settings.failover());
        assertEquals(List.of(), settings.warnings());
    }

    @Property(tries = 200)
    void anyOrderOfOthersIsAChainAndEachGoesOnBehindItself(@ForAll long seed) {
        List<String> names = new ArrayList<>(OTHERS);
        Collections.shuffle(names, new java.util.Random(seed));

        Backends backends = Given.settings(withKeys("PROXY_FALLBACK",
                String.join(",", names).toLowerCase(Locale.ROOT))).backends();

        assertEquals(names, backends.fallbacks().stream().map(Backend::setting).toList());
        List<String> ids = backends.fallbacks().stream().map(Backend::id).toList();
        assertEquals(ids, backends.fallbacksOf("litellm"));
        for (int i = 0; i < ids.size(); i++) {
            assertEquals(ids.subList(i + 1, ids.size()), backends.fallbacksOf(ids.get(i)));
        }
    }

    @Test
    void withoutItOpenRouterTakesOverWhereItHasAKey() {
        assertEquals(List.of("openrouter"), chain(Given.settings(ALL_KEYS)));
        assertEquals(List.of(), chain(Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES")));
        assertEquals(List.of(), chain(Given.settings("PROXY_BACKEND", "OPENROUTER", "OPENROUTER_API_KEY", "x")));
        assertEquals(List.of("openrouter"), Given.settings(ALL_KEYS).backends().fallbacksOf("anthropic"));
    }

    @Test
    void openRouterMayHaveOthersBehindIt() {
        Backends backends = Given.settings("PROXY_BACKEND", "OPENROUTER", "OPENROUTER_API_KEY", "x",
                "PROXY_FALLBACK", "anthropic").backends();

        assertEquals(List.of("anthropic"), backends.fallbacksOf("openrouter"));
        assertEquals(List.of("anthropic"), backends.fallbacksOf("databricks"));
        assertEquals(List.of(), backends.fallbacksOf("anthropic"));
    }

    @Test
    void theSwitchTurnsItOffWithAWarning() {
        GatewaySettings settings = Given.settings(withKeys("PROXY_FALLBACK", "anthropic", "BYPASS_FALLBACK_ENABLED", "no"));

        assertEquals(List.of(), chain(settings));
        assertFalse(settings.failover());
        assertEquals(1, settings.warnings().size(), settings.warnings().toString());
        assertTrue(settings.warnings().get(0).startsWith("PROXY_FALLBACK=anthropic (environment) has no effect: "
                + "BYPASS_FALLBACK_ENABLED=no (environment)"), settings.warnings().toString());
        assertEquals(List.of("anthropic"),
                chain(Given.settings(withKeys("PROXY_FALLBACK", "anthropic", "BYPASS_FALLBACK_ENABLED", "yes"))));
        assertEquals(List.of(),
                Given.settings(withKeys("PROXY_FALLBACK", "none", "BYPASS_FALLBACK_ENABLED", "no")).warnings());
    }

    @Property(tries = 200)
    void anUnknownNameStopsTheStartAndAllValidOnesAreNamed(
            @ForAll @AlphaChars @StringLength(min = 1, max = 30) String name) {
        Assume.that(Stream.concat(OTHERS.stream(), Stream.of("LITELLM_MESSAGES", "none")).noneMatch(name::equalsIgnoreCase));

        String message = Given.refusal(withKeys("PROXY_FALLBACK", "anthropic," + name));

        assertTrue(message.startsWith("PROXY_FALLBACK=anthropic," + name + " (environment) is not valid: " + name), message);
        OTHERS.forEach(valid -> assertTrue(message.contains(valid), message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "yes"})
    void aChainThatComesBackStopsTheStartWhetherOrNotItIsOn(String on) {
        String itself = Given.refusal(withKeys("BYPASS_FALLBACK_ENABLED", on, "PROXY_FALLBACK", "anthropic,litellm_messages"));
        String circle = Given.refusal(withKeys("BYPASS_FALLBACK_ENABLED", on,
                "PROXY_FALLBACK", "anthropic,openrouter,ANTHROPIC"));

        assertTrue(itself.contains("(environment) is not valid: LITELLM_MESSAGES is the backend itself"), itself);
        assertTrue(circle.contains("(environment) is not valid: ANTHROPIC stands there twice"), circle);
    }

    @Test
    void whatCannotBeUsedIsLeftOutWithAWarning() {
        GatewaySettings settings = Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES",
                "PROXY_FALLBACK", "azure_databricks,openrouter,anthropic");

        assertEquals(List.of("anthropic"), chain(settings));
        assertEquals(2, settings.warnings().size(), settings.warnings().toString());
        assertTrue(settings.warnings().get(0).contains("AZURE_DATABRICKS: set DATABRICKS_HOST and DATABRICKS_TOKEN"),
                settings.warnings().toString());
        assertTrue(settings.warnings().get(1).contains("OPENROUTER: set OPENROUTER_API_KEY"),
                settings.warnings().toString());

        GatewaySettings none = Given.settings("PROXY_BACKEND", "LITELLM_MESSAGES", "PROXY_FALLBACK", "openrouter",
                "BYPASS_FALLBACK_ENABLED", "true");
        assertFalse(none.failover());
        assertTrue(none.warnings().get(1).startsWith("BYPASS_FALLBACK_ENABLED=true (environment) has no effect"),
                none.warnings().toString());
    }

    @Test
    void configCheckShowsTheChainThatHolds() {
        List<String> named = Given.settings(withKeys("PROXY_FALLBACK", "openrouter, anthropic")).effective();
        List<String> usual = Given.settings(ALL_KEYS).effective();
        List<String> off =
                Given.settings(withKeys("PROXY_FALLBACK", "anthropic", "BYPASS_FALLBACK_ENABLED", "0")).effective();

        assertTrue(named.contains("PROXY_FALLBACK = OPENROUTER,ANTHROPIC (environment)"), named.toString());
        assertTrue(named.contains("BYPASS_FALLBACK_ENABLED = true (default)"), named.toString());
        assertTrue(usual.contains("PROXY_FALLBACK = OPENROUTER (default)"), usual.toString());
        assertTrue(off.contains("PROXY_FALLBACK = none (environment)"), off.toString());
    }
}
