/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.routing;

import io.caravan.call.Call;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
import io.caravan.settings.GatewaySettings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Sets the body to the models a client may ask for, as one map that suits Anthropic's and OpenAI's clients,
 * or to the one model named behind the list's path, which ends in {@code /models}: what the table spells out, and what its
 * backend is known to have. That is the one of variable {@code backend}, and then each has the name it is known by there as {@code endpoint};
 * or the chosen one. Asks no upstream.
 */
final class ListModels implements Processor {

    private static final int MOST = 1000;
    private static final int LONGEST_LIMIT = 6;
    private static final String LIST = "/models";

    private final GatewaySettings settings;
    private final ModelRouting routing;
    private final Function<String, Collection<String>> discovered;

    /** @param discovered the models a backend, by its id, has said it has; empty where it has not been asked */
    ListModels(GatewaySettings settings, ModelRouting routing, Function<String, Collection<String>> discovered) {
        this.settings = settings;
        this.routing = routing;
        this.discovered = discovered;
    }

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        String backend = exchange.getVariable("backend", settings.backend(), String.class);
        String behind = behindTheList(call.path());
        List<String> ids = ids(backend);
        Function<String, Map<String, Object>> model = id -> model(id, backend);
        if (exchange.getVariable("backend") != null) {
            model = id -> withEndpoint(model(id, backend), id, backend);
        }
        if (behind.length() <= 1) {
            exchange.getMessage().setBody(list(call, ids, model));
        } else {
            exchange.getMessage().setBody(model.apply(named(behind.substring(1), ids, backend)));
        }
    }

    private static String behindTheList(String path) {
        int list = path.indexOf(LIST);
        if (list < 0) {
            return "";
        }
        String behind = path.substring(list + LIST.length());
        if (!behind.isEmpty() && behind.charAt(0) != '/') {
            throw Failure.of(Kind.NO_SUCH_PATH, "There is nothing at " + path + ".");
        }
        return behind;
    }

    private List<String> ids(String backend) {
        Set<String> ids = new LinkedHashSet<>(routing.table().names(backend));
        for (String name : discovered.apply(backend)) {
            if (routing.resolve(backend, name).filter(match -> match.model().equals(name)).isPresent()) {
                ids.add(name);
            }
        }
        return new ArrayList<>(ids);
    }

    private String named(String id, List<String> ids, String backend) {
        String name = decoded(id);
        if (ids.contains(name)) {
            return name;
        }
        return routing.resolve(backend, name).filter(match -> !match.byDefault()).map(match -> name)
                .orElseThrow(() -> Failure.of(Kind.UNKNOWN_MODEL, "model: " + name));
    }

    /** What is no escape stays. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private Map<String, Object> list(Call call, List<String> all, Function<String, Map<String, Object>> model) {
        Page page = Page.of(all, decodedParameter(call, "after_id"), decodedParameter(call, "before_id"),
                limit(call.parameter("limit")));
        List<String> ids = page.ids();
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("object", "list");
        list.put("data", ids.stream().map(model).toList());
        list.put("has_more", page.more());
        list.put("first_id", null);
        list.put("last_id", null);
        if (!ids.isEmpty()) {
            list.put("first_id", ids.get(0));
            list.put("last_id", ids.get(ids.size() - 1));
        }
        return list;
    }

    private static @Nullable String decodedParameter(Call call, String name) {
        return Optional.ofNullable(call.parameter(name)).map(ListModels::decoded).orElse(null);
    }

    /** What is no number is no limit. */
    private static int limit(@Nullable String given) {
        return Optional.ofNullable(given).filter(text -> !text.isEmpty()).filter(text -> text.length() <= LONGEST_LIMIT)
                .filter(text -> text.chars().allMatch(Character::isDigit))
                .map(text -> Math.min(MOST, Math.max(1, Integer.parseInt(text)))).orElse(MOST);
    }

    private static Map<String, Object> model(String id, String backend) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "model");
        model.put("object", "model");
        model.put("id", id);
        model.put("display_name", id);
        model.put("created_at", "1970-01-01T00:00:00Z");
        model.put("created", 0);
        model.put("owned_by", backend);
        return model;
    }

    private Map<String, Object> withEndpoint(Map<String, Object> model, String id, String backend) {
        routing.resolve(backend, id).ifPresent(match -> model.put("endpoint", match.model()));
        return model;
    }
}
