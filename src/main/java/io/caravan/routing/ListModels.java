package io.caravan.routing;

import io.caravan.call.Call;
import io.caravan.failure.Failure;
import io.caravan.failure.Kind;
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
 * or to the one model named behind the list's path: what the table spells out, and what its backend is known to have.
 * Asks no upstream.
 */
public final class ListModels implements Processor {

    private static final int MOST = 1000;

    private final String backend;
    private final String root;
    private final ModelRouting routing;
    private final Function<String, Collection<String>> discovered;

    /**
     * @param backend    the id of the backend whose models are listed
     * @param root       the path they are listed at; one model's path goes on with its name
     * @param discovered the models a backend, by its id, has said it has; empty where it has not been asked
     */
    public ListModels(String backend, String root, ModelRouting routing, Function<String, Collection<String>> discovered) {
        this.backend = backend;
        this.root = root;
        this.routing = routing;
        this.discovered = discovered;
    }

    @Override
    public void process(Exchange exchange) {
        Call call = Call.of(exchange);
        List<String> ids = ids();
        String path = call.path();
        if (path.length() > root.length() && path.charAt(root.length()) != '/') {
            throw Failure.of(Kind.NO_SUCH_PATH, "There is nothing at " + path + ".");
        }
        exchange.getMessage().setBody(path.length() <= root.length() + 1 ? list(call, ids)
                : model(named(path.substring(root.length() + 1), ids)));
    }

    private List<String> ids() {
        Set<String> ids = new LinkedHashSet<>(routing.table().names(backend));
        for (String name : discovered.apply(backend)) {
            if (routing.resolve(backend, name).filter(match -> match.model().equals(name)).isPresent()) {
                ids.add(name);
            }
        }
        return new ArrayList<>(ids);
    }

    private String named(String id, List<String> ids) {
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

    private Map<String, Object> list(Call call, List<String> all) {
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
        list.put("data", shown.stream().map(this::model).toList());
        list.put("has_more", more);
        list.put("first_id", shown.isEmpty() ? null : shown.get(0));
        list.put("last_id", shown.isEmpty() ? null : shown.get(shown.size() - 1));
        return list;
    }

    private static int limit(String given) {
        boolean number = given != null && !given.isEmpty() && given.length() < 7 && given.chars().allMatch(Character::isDigit);
        return number ? Math.min(MOST, Math.max(1, Integer.parseInt(given))) : MOST;
    }

    private Map<String, Object> model(String id) {
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
