/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.provider;

import io.caravan.settings.value.Secret;
import io.caravan.settings.value.YamlFile;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the credential of an upstream in {@code backends} of {@code config.yaml}. */
final class EntryAuth {

    /** What it is made of. */
    static final List<String> KEYS = List.of("auth", "header", "user", "token", "client_id", "client_secret",
            "token_url");

    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    /** What HTTP itself, the body or the credential decides. */
    private static final Set<String> NO_HEADERS = Set.of("authorization", "connection", "content-length", "content-type",
            "host", "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade");

    private final YamlFile yaml;
    private final Node node;
    private final Map<String, Node> entry;
    private final String id;

    /** @param node what {@code entry} was read from; @param id what messages call the upstream */
    EntryAuth(YamlFile yaml, Node node, Map<String, Node> entry, String id) {
        this.yaml = yaml;
        this.node = node;
        this.entry = entry;
        this.id = id;
    }

    Auth read() {
        Optional<Secret> token = secret("token");
        String scheme = yaml.oneOf(entry.get("auth"), "auth", List.of("bearer", "basic", "oauth", "header", "none"))
                .orElse(usualScheme(token.isPresent()));
        refuseUseless(scheme);
        return switch (scheme) {
            case "none" -> new Auth.None();
            case "oauth" -> oauth();
            case "header" -> new Auth.Header(headerName(), needed(token, "token"));
            case "basic" -> new Auth.Basic(user(), needed(token, "token"));
            default -> new Auth.Bearer(needed(token, "token"));
        };
    }

    private String usualScheme(boolean token) {
        if (entry.containsKey("header")) {
            return "header";
        }
        if (token) {
            return entry.containsKey("user") ? "basic" : "bearer";
        }
        return Stream.of("client_id", "client_secret", "token_url").anyMatch(entry::containsKey) ? "oauth" : "none";
    }

    /** What is written and has no effect may be a credential that somebody believes to be sent. */
    private void refuseUseless(String scheme) {
        List<String> useful = switch (scheme) {
            case "oauth" -> List.of("client_id", "client_secret", "token_url");
            case "header" -> List.of("header", "token");
            case "basic" -> List.of("user", "token");
            case "none" -> List.of();
            default -> List.of("token");
        };
        for (String key : KEYS.subList(1, KEYS.size())) {
            if (entry.containsKey(key) && !useful.contains(key)) {
                throw yaml.wrong(entry.get(key), key + " has no effect with auth: " + scheme + "; remove one of the two");
            }
        }
    }

    private Auth oauth() {
        String client = needed(yaml.text(entry.get("client_id"), "client_id"), "client_id");
        if (!Auth.OAuth.isClientId(client)) {
            throw yaml.wrong(entry.get("client_id"), "client_id holds a space, a colon or a letter outside ASCII");
        }
        String url = needed(yaml.text(entry.get("token_url"), "token_url"), "token_url");
        URI place = UpstreamUrl.of(url, "").orElseThrow(() -> yaml.wrong(entry.get("token_url"),
                "token_url must be one such as https://login.example/oauth2/token"));
        return new Auth.OAuth(place, client, needed(secret("client_secret"), "client_secret"));
    }

    private <T> T needed(Optional<T> value, String key) {
        return value.orElseThrow(() -> yaml.wrong(node, id + " has no " + key + "; give it one"));
    }

    private String user() {
        String user = yaml.text(entry.get("user"), "user").orElse("token");
        if (!Auth.OAuth.isClientId(user)) {
            throw yaml.wrong(entry.get("user"), "user holds a space, a colon or a letter outside ASCII");
        }
        return user;
    }

    private String headerName() {
        return headerName(yaml, needed(yaml.text(entry.get("header"), "header"), "header"), entry.get("header"));
    }

    /** A header's name that can be set. */
    static String headerName(YamlFile yaml, String name, @Nullable Node node) {
        if (!HEADER_NAME.matcher(name).matches() || NO_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            throw yaml.wrong(node, "no header of that name can be set here; choose another (a credential is set by auth)");
        }
        return name;
    }

    private Optional<Secret> secret(String key) {
        return yaml.text(entry.get(key), key).map(text -> {
            if (!Secret.fitsHeader(text)) {
                throw yaml.wrong(entry.get(key), key
                        + " holds a space, a control character or a letter outside ASCII; was it pasted whole?");
            }
            return Secret.of(text);
        });
    }
}
