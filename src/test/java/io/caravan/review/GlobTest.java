/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

/** Globs match what the regular expressions of the same meaning do. */
class GlobTest {

    @Property(tries = 5_000)
    void ofTexts(@ForAll @Chars({'a', 'b', '*', '?'}) @StringLength(max = 8) String glob,
            @ForAll @Chars({'a', 'b', '/'}) @StringLength(max = 10) String text) {
        String regex = glob.replace("?", ".").replaceAll("\\*+", ".*");
        assertEquals(Pattern.compile(regex, Pattern.DOTALL).matcher(text).matches(), Glob.ofText(glob).matches(text));
    }

    @Property(tries = 20_000)
    void ofPaths(@ForAll @Chars({'a', 'b', '/', '*', '?'}) @StringLength(min = 1, max = 8) String glob,
            @ForAll @Chars({'a', 'b', '/'}) @StringLength(min = 1, max = 10) String text) {
        if (glob.endsWith("/")) {
            return; // no path of a file or folder
        }
        String regex = glob.replace("?", "[^/]").replaceAll("\\*\\*+", "\u0001").replace("*", "[^/]*")
                .replaceAll("(?<=^|/)\u0001/", "(?:.*/)?").replace("\u0001", ".*") + "(?:/.*)?";
        assertEquals(text.matches(regex), Glob.ofPath(glob).matches(text), glob + " " + text);
    }

    @Test
    void whatLooksAlikeResembles() {
        assertTrue(Glob.ofPath("**/.ssh").resembles(Glob.fold("/home/x/.\u017fSH/id")));
        assertTrue(Glob.ofPath("**/.env*").resembles(Glob.fold("a/.e\u200dnv")));
        assertFalse(Glob.ofPath("**/.env*").matches("a/.ENV"));
    }
}
