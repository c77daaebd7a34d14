/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.caravan.settings.GatewaySettings;
import io.caravan.settings.value.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("entries of backends (5.11)")
class BackendEntryTest {

    private static final String CORP = "backends:\n- {name: corp, api: chat, url: 'https://llm.example/v1', token: '${T}'}\n";

    @TempDir
    private Path directory;

    private GatewaySettings read(String yaml, String... settings) throws IOException {
        Files.writeString(directory.resolve("config.yaml"), yaml);
        Map<String, String> environment = new HashMap<>(Map.of("T", "sk-very-secret", "BYPASS_FALLBACK_ENABLED", ""));
        for (String setting : settings) {
            environment.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
        }
        return GatewaySettings.read(environment, directory);
    }

    private String refused(String yaml, String... settings) {
        String words = assertThrows(SettingsException.class, () -> read(yaml, settings)).getMessage();
        assertFalse(words.contains("sk-very-secret"), words);
        return words;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "name: Corp, api: chat, url: 'http://h' | line 2 | lower-case",
        "name: none, api: chat, url: 'http://h' | line 2 | neither none nor chain",
        "api: chat, url: 'http://h' | line 2 | has no name",
        "name: c, url: 'http://h' | line 2 | api: chat",
        "name: c, api: soap, url: 'http://h' | line 2 | chat, messages",
        "name: c, api: messages, dialect: openai, url: 'http://h' | line 2 | none of api",
        "name: c, api: chat | line 2 | no url",
        "name: c, api: chat, url: 'ftp://h' | line 2 | http or https",
        "name: c, api: chat, url: 'http://h?a=b' | line 2 | without user",
        "name: c, api: chat, url: 'http://h', urll: x | line 2 | did you mean url?",
        "name: c, api: chat, url: 'http://h', token: 'two words' | line 2 | pasted whole",
        "name: c, api: chat, url: 'http://h', auth: bearer | line 2 | no token",
        "name: c, api: chat, url: 'http://h', auth: header, token: '${T}' | line 2 | no header",
        "name: c, api: chat, url: 'http://h', auth: none, token: '${T}' | line 2 | has no effect",
        "name: c, api: chat, url: 'http://h', auth: oauth, client_id: a, client_secret: b | line 2 | token_url",
        "name: c, api: chat, url: 'http://h', headers: {host: x} | line 2 | choose another",
        "name: c, api: chat, url: 'http://h', fallback: nobody | line 2 | not known",
        "name: c, api: chat, url: 'http://h', fallback: c | line 2 | itself",
        "name: c, api: chat, url: 'http://h', strategy: best | line 2 | round_robin",
        "name: c, api: chat, url: 'http://h', timeout: soon | line 2 | number",
        "name: openrouter, api: chat, url: 'http://h' | line 2 | is not known",
        "name: c, api: messages, url: 'http://h/{model}' | line 2 | http or https",
        "name: c, api: chat, url: 'http://h', upstreams: [{name: openrouter}] | line 2 | taken",
    })
    void whatIsWrongIsNamedWithItsLine(String entry, String line, String words) {
        String message = refused("backends:\n- {" + entry + "}\n");
        assertTrue(message.contains("config.yaml " + line + ":"), message);
        assertTrue(message.contains(words), message);
    }

    @Test
    void circlesAndDoublesAreRefused() {
        assertTrue(refused("backends:\n- {name: openrouter, fallback: anthropic}\n- {name: anthropic, fallback: openrouter}\n")
                .contains("circle"));
        assertTrue(refused(CORP + "- {name: corp, api: chat, url: 'http://h'}\n").contains("line 3: the backend corp is listed twice"));
        assertTrue(refused(CORP + "routes: {a: copr}\n").contains("line 3: routes names a backend that is not known; did you mean corp?"));
        assertTrue(refused(CORP, "PROXY_BACKEND=copr").contains("CORP"));
    }

    @Test
    void itMayBeTheChosenOneAndOneOfPROXY_FALLBACK() throws IOException {
        for (String name : new String[] {"corp", "CORP"}) {
            assertEquals("corp", read(CORP, "PROXY_BACKEND=" + name).backend());
        }
        assertEquals("corp", read(CORP).backend(), "nothing else says");
        assertEquals("openrouter", read(CORP, "OPENROUTER_API_KEY=k").backend());
        GatewaySettings behind = read(CORP, "PROXY_BACKEND=ANTHROPIC", "PROXY_FALLBACK=corp");
        assertEquals(List.of("corp"), behind.backends().fallbacksOf("anthropic"));
        assertEquals(List.of(), behind.backends().fallbacksOf("corp"));
    }

    @Test
    void itsOwnFallbackWinsAndTheSwitchTurnsAllOff() throws IOException {
        String yaml = CORP + "- {name: anthropic, fallback: [corp, litellm]}\n- {name: litellm, fallback: databricks}\n"
                + "- {name: litellm-openrouter, fallback: none}\n";
        String[] settings = {"PROXY_BACKEND=CORP", "PROXY_FALLBACK=anthropic", "DATABRICKS_HOST=adb-1.2", "DATABRICKS_TOKEN=t"};
        Backends backends = read(yaml, settings).backends();
        assertEquals(List.of("anthropic"), backends.fallbacksOf("corp"));
        assertEquals(List.of("corp", "litellm", "databricks"), backends.fallbacksOf("anthropic"));
        assertEquals(List.of(), backends.fallbacksOf("litellm-openrouter"));
        GatewaySettings off = read(yaml, "PROXY_BACKEND=CORP", "BYPASS_FALLBACK_ENABLED=false");
        assertEquals(List.of(), off.backends().fallbacksOf("anthropic"));
        assertTrue(off.warnings().toString().contains("the fallback of anthropic has no effect"), off.warnings().toString());
    }

    @Test
    void noSecretIsShown() throws IOException {
        GatewaySettings settings = read(CORP.replace("}\n", ", query: {key: '${T}'}, headers: {x-key: '${T}'}}\n")
                + "routes: {'c-*': corp}\n");
        String shown = settings + " " + settings.effective() + settings.warnings() + settings.backends()
                + settings.backends().get("corp") + settings.chosen();
        assertFalse(shown.contains("sk-very-secret"), shown);
        assertTrue(settings.effective().contains(
                "backends.corp = openai at https://llm.example/v1/chat/completions, bearer ***, weight 1 (config.yaml)"),
                settings.effective().toString());
        assertTrue(settings.effective().contains("routes.c-* = corp (config.yaml)"), settings.effective().toString());
    }

    @Test
    void aFileThatHasBackendsCountsWhole() throws IOException {
        GatewaySettings settings = read(CORP + "auth: {api_key: client}\nendpoints:\n- {name: e, api_base:"
                + " 'https://adb-1.2.azuredatabricks.net', token: '${T}'}\n", "PROXY_BACKEND=ANTHROPIC");
        assertEquals(1, settings.keys().keys().size());
        assertEquals("e", settings.backends().get("databricks").upstreams().get(0).id());
    }
}
