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
import java.util.Set;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Sets the body to the models a client may ask for, as one map that suits Anthropic's and OpenAI's clients (protocol 1.11),
 * or to the one model named behind the list's path, which ends in {@code /models}: what the table spells out, and what its
 * backend is known to have. That is the one of variable {@code backend}, or the chosen one. Asks no upstream.
 */
public final class ListModels implements Processor {

    private static final int MOST = 1000;
    private static final String LIST = "/models";

    private final GatewaySettings settings;
    private final ModelRouting routing;
    private final Function<String, Collection<String>> discovered;

    /** @param discovered the models a backend, by its id, has said it has; empty where it has not been asked */
    public ListModels(GatewaySettings settings, ModelRouting routing, Function<String, Collection<String>> discovered) {
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
        exchange.getMessage().setBody(behind.length() <= 1 ? list(call, ids, backend)
                : model(named(behind.substring(1), ids, backend), backend));
    }

    private static String behindTheList(String path) {
        int list = path.indexOf(LIST);
        String behind = list < 0 ? "" : path.substring(list + LIST.length());
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
        if (!ids.contains(name) && routing.resolve(backend, name).filter(match -> !match.byDefault()).isEmpty()) {
            throw Failure.of(Kind.UNKNOWN_MODEL, "model: " + name);
        }
        return name;
    }

    /** What is no escape stays. */
    private static String decoded(String text) {
        try {
            return text == null ? null : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private Map<String, Object> list(Call call, List<String> all, String backend) {
        List<String> ids = all;
        String after = decoded(call.parameter("after_id"));
        String before = decoded(call.parameter("before_id"));
        if (after != null) {
            ids = ids.subList(ids.indexOf(after) + 1, ids.size());
        } else if (before != null && ids.contains(before)) {
            ids = ids.subList(0, ids.indexOf(before));
        }
        int limit = limit(call.parameter("limit"));
        boolean more = ids.size() > limit;
        List<String> shown = !more ? ids : before != null ? ids.subList(ids.size() - limit, ids.size()) : ids.subList(0, limit);
        Map<String, Object> list = new LinkedHashMap<>();
        list.put("object", "list");
        list.put("data", shown.stream().map(id -> model(id, backend)).toList());
        list.put("has_more", more);
        list.put("first_id", shown.isEmpty() ? null : shown.get(0));
        list.put("last_id", shown.isEmpty() ? null : shown.get(shown.size() - 1));
        return list;
    }

    private static int limit(String given) {
        boolean number = given != null && !given.isEmpty() && given.length() < 7 && given.chars().allMatch(Character::isDigit);
        return number ? Math.min(MOST, Math.max(1, Integer.parseInt(given))) : MOST;
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
}
