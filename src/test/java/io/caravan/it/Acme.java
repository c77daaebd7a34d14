/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.format.chat.Parts;
import io.caravan.format.chat.ThinkingRequest;
import io.caravan.provider.Backend;
import io.caravan.provider.BackendSettings;
import io.caravan.provider.ChatDialect;
import io.caravan.provider.Dialect;
import io.caravan.provider.Provider;
import io.caravan.provider.UpstreamReader;
import io.caravan.settings.value.Setting;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A provider of somebody else's, in one class: two backends at one host, one in each format. */
final class Acme implements Provider {

    private static final Backend MESSAGES = new Backend("acme", "ACME", "Acme Cloud");
    private static final Backend CHAT = new Backend("acme-chat", "ACME_CHAT", "Acme Cloud's chat");
    private static final Setting URL = Setting.of("ACME_URL", "https://acme.example", "where Acme is");
    private static final Setting KEY = Setting.secret("ACME_KEY", "Acme's key");

    @Override
    public List<Backend> backends() {
        return List.of(MESSAGES, CHAT);
    }

    @Override
    public List<Setting> settings() {
        return List.of(URL, KEY);
    }

    @Override
    public BackendSettings read(Backend backend, UpstreamReader reader) {
        boolean chat = backend.equals(CHAT);
        return reader.alone(reader.upstream(backend, chat ? new AcmeChat() : Dialect.messages("messages"))
                .urls(reader.url(URL, "", chat ? "/chat/completions" : "/v1/messages"), reader.url(URL, "", "/v1/models"))
                .auth(reader.bearer(KEY))
                .header("x-acme", "1")
                .missing(reader.sources().missing(KEY))
                .build());
    }

    /** Acme's chat takes no more than it must. */
    private static final class AcmeChat implements ChatDialect {

        @Override
        public String word() {
            return "chat";
        }

        @Override
        public boolean takesUser() {
            return false;
        }

        @Override
        public Optional<ObjectNode> webSearch(JsonNode tool, Consumer<String> dropped) {
            return Optional.empty();
        }

        @Override
        public void giveBack(JsonNode block, Parts content, ObjectNode beside) {
            content.text(block.path("thinking").asText(), null);
        }

        @Override
        public void askForThinking(ThinkingRequest wish, ObjectNode body, Consumer<String> dropped) {
            if (wish.ask() != null) {
                dropped.accept("thinking");
            }
        }
    }
}
