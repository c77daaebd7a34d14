/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import io.caravan.RouteFiles.Page;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.ResolveEndpointFailedException;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Why a route page cannot be loaded: which page, where in it, and what is wrong. The message is for whoever wrote it. */
final class RouteFault extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final int LONGEST_REASON = 300;

    private final String page;
    private final String told;

    /**
     * @param page the file's name
     * @param line from 1; 0: not known
     */
    RouteFault(String page, int line, String reason) {
        super(RouteFiles.DIRECTORY + "/" + told(page, line, reason), null, false, false);
        this.page = page;
        this.told = told(page, line, reason);
    }

    private static String told(String page, int line, String reason) {
        return page + (line > 0 ? ":" + line : "") + ": " + reason;
    }

    /** The message, of a page that is not in {@code routes/}. */
    String in(String directory) {
        return directory + "/" + told;
    }

    /** The file's name. */
    String page() {
        return page;
    }

    /** Of a page that was being read. */
    static RouteFault in(Page page, Throwable thrown) {
        List<Throwable> causes = causes(thrown);
        int line = causes.stream().filter(MarkedYamlEngineException.class::isInstance)
                .flatMap(marked -> ((MarkedYamlEngineException) marked).getProblemMark().stream())
                .map(mark -> mark.getLine() + 1).findFirst().orElseGet(() -> line(page, causes));
        return new RouteFault(page.name(), line, reason(causes));
    }

    /** Of pages that were being started together: the one that has what the failure names. */
    static RouteFault among(Collection<Page> pages, Throwable thrown) {
        List<Throwable> causes = causes(thrown);
        List<String> named = causes.stream().flatMap(RouteFault::named).toList();
        return about(pages, named, reason(causes));
    }

    /** Of the page that has these words. */
    static RouteFault about(Collection<Page> pages, String words, String reason) {
        return about(pages, List.of(words), reason);
    }

    private static RouteFault about(Collection<Page> pages, List<String> named, String reason) {
        List<Page> ownFirst = pages.stream().sorted(Comparator.comparing(Page::builtIn)).toList();
        for (String name : named) {
            for (Page page : ownFirst) {
                int line = line(page, name);
                if (line > 0) {
                    return new RouteFault(page.name(), line, reason);
                }
            }
        }
        return new RouteFault(ownFirst.get(0).name(), 0, reason);
    }

    private static List<Throwable> causes(Throwable thrown) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = thrown; cause != null && !causes.contains(cause); cause = cause.getCause()) {
            causes.add(0, cause);
        }
        return causes;
    }

    private static int line(Page page, List<Throwable> causes) {
        return causes.stream().flatMap(RouteFault::named).mapToInt(name -> line(page, name)).filter(line -> line > 0)
                .findFirst().orElse(0);
    }

    /** What a page would have written that the failure is about, the closest first. */
    private static Stream<String> named(Throwable cause) {
        if (cause instanceof NoSuchBeanException bean) {
            return Optional.ofNullable(bean.getName()).stream();
        }
        if (cause instanceof ResolveEndpointFailedException endpoint) {
            String uri = endpoint.getUri();
            return Stream.of(uri, uri.replaceFirst("\\?.*", ""), uri.replaceFirst("://", ":").replaceFirst("\\?.*", ""),
                    uri.replaceFirst(":.*", ":"));
        }
        if (cause instanceof FailedToCreateRouteException route) {
            return Optional.ofNullable(route.getRouteId()).stream();
        }
        if (cause instanceof FailedToStartRouteException route) {
            return Optional.ofNullable(route.getRouteId()).stream();
        }
        return lastWord(Optional.ofNullable(words(cause)).orElse(""));
    }

    /** Camel's words for a step or template there is none of end with its name. */
    private static Stream<String> lastWord(String message) {
        String word = message.strip().replaceFirst("(?s).*\\s", "");
        return Stream.of(word).filter(text -> text.length() > 2);
    }

    private static int line(Page page, String name) {
        List<String> lines = page.text().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (stands(name, lines.get(i))) {
                return i + 1;
            }
        }
        return 0;
    }

    /** Whether it is a whole word of the line, which is no comment. */
    private static boolean stands(String name, String line) {
        int at = line.indexOf(name);
        if (at < 0 || line.strip().startsWith("#")) {
            return false;
        }
        int end = at + name.length();
        return end == line.length() || !isWord(line.charAt(end)) || !isWord(name.charAt(name.length() - 1));
    }

    /** What YAML's reader found, rather than what it was reading. */
    private static @Nullable String words(Throwable cause) {
        if (cause instanceof MarkedYamlEngineException marked) {
            return marked.getProblem();
        }
        return cause.getMessage();
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == '_';
    }

    private static String reason(List<Throwable> causes) {
        String words = causes.stream().map(RouteFault::words).filter(Objects::nonNull).filter(text -> !text.isBlank())
                .findFirst().orElseGet(() -> causes.get(0).toString());
        String line = words.lines().map(String::strip).filter(text -> !text.isEmpty()).findFirst().orElse("");
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON) + "…";
    }
}
