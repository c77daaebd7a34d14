/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.RouteFiles.Found;
import io.caravan.RouteFiles.Page;
import io.caravan.RouteFiles.Version;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes edited route pages into service while the gateway runs. What is edited is tried in a set of its own; if that starts,
 * requests go there from then on, else all stays as it was and a line says what is wrong. An edit is taken up once its file
 * was left alone between two looks.
 */
final class RouteReload {

    private static final Logger LOG = LoggerFactory.getLogger(RouteReload.class);
    static final long EVERY_MILLIS = 200;

    /** Makes sets of pages, and lets requests to them. */
    interface Sets {

        /** The pages that serve, by their names. */
        Map<String, Page> serving();

        /**
         * Lets these serve instead.
         *
         * @throws Exception if they cannot be started; then nothing has changed
         */
        void serve(Map<String, Page> pages) throws Exception;

        /** Ends sets in which nothing is under way any longer. */
        void endIdle();
    }

    private final RouteFiles files;
    private final Sets sets;
    private final Counter loaded;
    private final Counter refused;
    /** What was wrong when the pages were last looked at, by page and edit, and is not told again. */
    private Map<String, Optional<Version>> told = Map.of();
    private Map<String, Version> seen;
    private boolean settled = true;
    /** What kept the last look from its end, told once. */
    private String hindrance = "";

    RouteReload(RouteFiles files, Sets sets, MeterRegistry meters) {
        this.files = files;
        this.sets = sets;
        this.loaded = counter(meters, "loaded");
        this.refused = counter(meters, "refused");
        this.seen = files.versions();
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("caravan.route.reloads").description("Edits of route pages").tag("outcome", outcome)
                .register(meters);
    }

    /** To be called {@link #EVERY_MILLIS} after it has ended, by one thread. */
    void look() {
        try {
            Map<String, Version> now = files.versions();
            boolean still = now.equals(seen);
            seen = now;
            if (still && !settled) {
                reload();
            }
            settled = still;
            sets.endIdle();
            hindrance = "";
        } catch (RuntimeException e) {
            if (!hindrance.equals(e.toString())) {
                LOG.error("The route pages could not be looked at", e);
            }
            hindrance = e.toString();
        }
    }

    private void reload() {
        Found found = files.read();
        Map<String, Page> wanted = new LinkedHashMap<>(found.pages());
        found.refused().forEach(fault -> keep(fault.page(), wanted));
        List<RouteFault> faults = new ArrayList<>(found.refused());
        faults.addAll(take(wanted));
        Map<String, Optional<Version>> wrong = new TreeMap<>();
        faults.forEach(fault -> wrong.put(String.valueOf(fault.getMessage()), Optional.ofNullable(seen.get(fault.page()))));
        wrong.forEach((fault, edit) -> {
            if (!edit.equals(told.get(fault))) {
                refuse(fault);
            }
        });
        told = wrong;
    }

    /** What of these pages could not be taken into service. */
    private List<RouteFault> take(Map<String, Page> wanted) {
        List<String> edited = edited(wanted);
        if (edited.isEmpty()) {
            return List.of();
        }
        Optional<RouteFault> fault = attempt(wanted, edited);
        if (fault.isPresent() && edited.size() > 1) {
            return oneByOne(wanted, edited);
        }
        return fault.map(List::of).orElse(List.of());
    }

    private void keep(String name, Map<String, Page> wanted) {
        Page serving = sets.serving().get(name);
        if (serving == null) {
            wanted.remove(name);
        } else {
            wanted.put(name, serving);
        }
    }

    private List<String> edited(Map<String, Page> wanted) {
        Set<String> names = new TreeSet<>(wanted.keySet());
        names.addAll(sets.serving().keySet());
        names.removeIf(name -> Objects.equals(wanted.get(name), sets.serving().get(name)));
        return List.copyOf(names);
    }

    /** Of several edits each that can be served by itself, or beside those that can. */
    private List<RouteFault> oneByOne(Map<String, Page> wanted, List<String> edited) {
        List<String> left = new ArrayList<>(edited);
        List<RouteFault> faults = new ArrayList<>();
        boolean progress = true;
        while (progress && !left.isEmpty()) {
            progress = false;
            faults.clear();
            for (String name : List.copyOf(left)) {
                Map<String, Page> with = new LinkedHashMap<>(sets.serving());
                put(with, name, wanted.get(name));
                Optional<RouteFault> fault = attempt(with, List.of(name));
                fault.ifPresent(faults::add);
                if (fault.isEmpty()) {
                    left.remove(name);
                    progress = true;
                }
            }
        }
        return faults;
    }

    private static void put(Map<String, Page> pages, String name, @Nullable Page page) {
        if (page == null) {
            pages.remove(name);
        } else {
            pages.put(name, page);
        }
    }

    private Optional<RouteFault> attempt(Map<String, Page> pages, List<String> edited) {
        try {
            sets.serve(pages);
        } catch (RouteFault e) {
            return Optional.of(e);
        } catch (Exception e) {
            return Optional.of(RouteFault.among(pages.values(), e));
        }
        edited.forEach(name -> tell(name, pages.get(name)));
        return Optional.empty();
    }

    private void tell(String name, @Nullable Page page) {
        loaded.increment();
        if (page == null) {
            LOG.info("{}/{} is gone, and its routes with it", RouteFiles.DIRECTORY, name);
        } else if (page.builtIn()) {
            LOG.info("{}/{} is gone; the built-in page serves again", RouteFiles.DIRECTORY, name);
        } else {
            LOG.info("{} was edited and serves", page.shown());
        }
    }

    private void refuse(String fault) {
        refused.increment();
        LOG.warn("{}; what served before it stays", fault);
    }
}
