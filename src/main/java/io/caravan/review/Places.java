/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import io.caravan.review.ShellWord.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a path leads, as far as it can be told without looking: links are not followed. */
final class Places {

    /** In which of the session's folders something is. */
    enum Side { INSIDE, OUTSIDE, UNKNOWN }

    /**
     * A path, and what is known of it.
     *
     * @param forms  its spellings: absolute if the folders are known, and from the home folder if it is in there
     * @param folded the same, folded
     */
    record Place(List<String> forms, List<String> folded, Side side) {

        Place(List<String> forms, Side side) {
            this(forms, forms.stream().map(Glob::fold).toList(), side);
        }
    }

    private static final String HOME = "~";

    private final List<String> folders;
    private final Optional<String> home;
    private final boolean drives;

    Places(List<String> folders, Optional<String> home) {
        this.folders = folders.stream().map(Places::straight).filter(Places::isAbsolute).toList();
        this.home = home.map(Places::straight).filter(Places::isAbsolute);
        this.drives = this.folders.stream().anyMatch(Places::isDrive);
    }

    boolean homeKnown() {
        return home.isPresent();
    }

    /**
     * Where {@code path} leads.
     *
     * @param from where it starts if it is relative; empty: somewhere in the session's folders
     */
    Place place(String from, String path, Kind kind) {
        String joined = atHome(join(from, drives ? path.replace('\\', '/') : path));
        List<String> forms = new ArrayList<>();
        Side side = Side.UNKNOWN;
        if (isAbsolute(joined) || isHome(joined)) {
            String straight = straight(joined);
            forms.add(straight);
            side = side(straight);
        } else if (folders.isEmpty()) {
            forms.add(straight(joined));
        } else {
            List<String> all = folders.stream().map(folder -> straight(folder + "/" + joined)).toList();
            forms.addAll(all);
            side = all.stream().map(this::side).filter(Side.OUTSIDE::equals).findAny().orElse(Side.INSIDE);
        }
        fromHome(forms.get(0)).ifPresent(forms::add);
        return new Place(forms, isSure(path, kind) ? side : Side.UNKNOWN);
    }

    private Side side(String straight) {
        if (folders.isEmpty() || isHome(straight)) {
            return Side.UNKNOWN;
        }
        boolean inside = folders.stream().anyMatch(folder -> isIn(straight, folder));
        return inside ? Side.INSIDE : Side.OUTSIDE;
    }

    private static boolean isIn(String path, String folder) {
        return path.equals(folder) || path.startsWith(folder.endsWith("/") ? folder : folder + "/");
    }

    private Optional<String> fromHome(String straight) {
        return home.filter(folder -> isIn(straight, folder)).map(folder -> HOME + straight.substring(folder.length()));
    }

    private String atHome(String path) {
        if (!isHome(path)) {
            return path;
        }
        return home.map(folder -> folder + path.substring(1)).orElse(path);
    }

    private static boolean isSure(String path, Kind kind) {
        return switch (kind) {
            case KNOWN -> !path.startsWith(HOME) || isHome(path);
            case GLOB -> Stream.of(path.split("/")).noneMatch(Places::mayLeadUp);
            case UNKNOWN -> false;
        };
    }

    /** Whether {@code ..} may be among the names that match; the shells leave it out where no dot is written. */
    private static boolean mayLeadUp(String name) {
        boolean pattern = name.indexOf('*') >= 0 || name.indexOf('?') >= 0;
        return name.indexOf('[') >= 0 || pattern && name.startsWith(".");
    }

    private static boolean isHome(String path) {
        return path.equals(HOME) || path.startsWith("~/");
    }

    static boolean isAbsolute(String path) {
        return path.startsWith("/") || isDrive(path);
    }

    private static boolean isDrive(String path) {
        return path.length() > 1 && path.charAt(1) == ':' && Character.isLetter(path.charAt(0));
    }

    /** {@code path} as seen from where {@code from} leads. */
    static String join(String from, String path) {
        if (from.isEmpty() || isAbsolute(path) || path.startsWith(HOME)) {
            return path;
        }
        return from + "/" + path;
    }

    /** The path without {@code .} and {@code ..} where that can be, and with one slash between two names. */
    static String straight(String path) {
        String slashes = isDrive(path) ? path.replace('\\', '/') : path;
        boolean absolute = slashes.startsWith("/");
        if (absolute && isStraight(slashes)) {
            return slashes;
        }
        Deque<String> names = new ArrayDeque<>();
        for (String name : slashes.split("/")) {
            if (name.equals("..")) {
                up(names, absolute);
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        String joined = String.join("/", names);
        return absolute ? "/" + joined : joined;
    }

    private static boolean isStraight(String path) {
        return !path.contains("//") && !path.contains("/.") && !path.endsWith("/");
    }

    private static void up(Deque<String> names, boolean absolute) {
        String last = names.peekLast();
        if (last != null && !last.equals("..")) {
            names.removeLast();
        } else if (!absolute) {
            names.addLast("..");
        }
    }
}
