/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import io.caravan.review.Condition.Mode;
import io.caravan.review.Places.Place;

/** A glob of paths; what matches a folder matches all that is in it. */
final class PathGlob {

    private static final String HOME = "~/";
    private static final String ANYWHERE = "**/";

    private final Glob glob;
    private final Glob underSomeHome;

    private PathGlob(Glob glob, Glob underSomeHome) {
        this.glob = glob;
        this.underSomeHome = underSomeHome;
    }

    /** One that begins with neither {@code /} nor {@code ~} matches in any folder. */
    static PathGlob of(String pattern) {
        String folder = pattern;
        while (folder.length() > 3 && folder.endsWith("/**")) {
            folder = folder.substring(0, folder.length() - 3);
        }
        boolean home = folder.startsWith(HOME);
        boolean fixed = home || Places.isAbsolute(folder) || folder.startsWith("**");
        String anywhere = ANYWHERE + (home ? folder.substring(HOME.length()) : folder);
        return new PathGlob(Glob.ofPath(fixed ? folder : anywhere), Glob.ofPath(home ? anywhere : folder));
    }

    /** @param homeKnown whether the home folder is known; where it is not, every folder may be it */
    boolean matches(Place place, Mode mode, boolean homeKnown) {
        if (mode == Mode.ALLOW) {
            return place.side() != Places.Side.UNKNOWN && place.forms().stream().anyMatch(glob::matches);
        }
        return glob.resemblesOne(place.folded()) || !homeKnown && underSomeHome.resemblesOne(place.folded());
    }
}
