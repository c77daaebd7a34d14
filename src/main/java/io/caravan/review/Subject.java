/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.review.Places.Place;
import io.caravan.review.ShellPart.Use;
import io.caravan.review.ToolReview.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a rule is held against: a tool use, or a part of the shell command of one. */
final class Subject {

    private static final int MOST_PLACES = 500;

    private final Asked asked;
    private final Places places;
    private final @Nullable ShellScript script;
    private final @Nullable ShellPart part;
    private @Nullable List<Place> found;
    private @Nullable Hosts hosts;

    private Subject(Asked asked, Places places, @Nullable ShellScript script, @Nullable ShellPart part) {
        this.asked = asked;
        this.places = places;
        this.script = script;
        this.part = part;
    }

    static Subject of(Asked asked, Places places) {
        return new Subject(asked, places, null, null);
    }

    static Subject of(Asked asked, Places places, ShellScript script, ShellPart part) {
        return new Subject(asked, places, script, part);
    }

    Asked asked() {
        return asked;
    }

    /** The tool whose rules can let it pass: for a file that a command writes, the one that writes files. */
    String tool() {
        Use use = part == null ? Use.RUN : part.use();
        return switch (use) {
            case RUN -> asked.tool();
            case READ -> "Read";
            case WRITE -> "Write";
        };
    }

    /** The command it is, if it is one. */
    Optional<ShellPart> command() {
        return Optional.ofNullable(part).filter(one -> one.use() == Use.RUN);
    }

    boolean isCommand() {
        return part != null && part.use() == Use.RUN;
    }

    /** Whether each word of it is known. */
    boolean known() {
        return part == null || part.known();
    }

    /** Whether it may be no command at all. */
    boolean guess() {
        return part != null && part.guess();
    }

    /** The commands that may have written what the command is given. */
    List<ShellPart> feeders() {
        ShellPart fed = part;
        ShellScript whole = script;
        if (fed == null || whole == null) {
            return List.of();
        }
        return whole.feeders(fed);
    }

    boolean homeKnown() {
        return places.homeKnown();
    }

    /** Where the paths in it lead. A tool that is given none works where the session does. */
    List<Place> places() {
        List<Place> result = found;
        if (result == null) {
            result = find();
            found = result;
        }
        return result;
    }

    private List<Place> find() {
        ShellPart shell = part;
        List<Place> result = new ArrayList<>();
        if (shell == null) {
            List<ShellWord> paths = PathWords.of(asked.tool(), asked.input());
            paths.forEach(path -> add(result, Set.of(""), path));
        } else if (shell.use() == Use.RUN) {
            List<ShellWord> words = shell.words();
            if (words.get(0).text().indexOf('/') >= 0) {
                add(result, shell.folders(), words.get(0));
            }
            words.stream().skip(1).flatMap(word -> PathWords.of(word).stream())
                    .forEach(path -> add(result, shell.folders(), path));
        } else {
            add(result, shell.folders(), shell.words().get(0));
        }
        if (result.isEmpty()) {
            add(result, shell == null ? Set.of("") : shell.folders(), new ShellWord(".", ShellWord.Kind.KNOWN, true));
        }
        return result;
    }

    private void add(List<Place> to, Set<String> folders, ShellWord path) {
        for (String folder : folders) {
            if (to.size() < MOST_PLACES) {
                to.add(places.place(folder, path.text(), path.kind()));
            } else if (to.size() == MOST_PLACES) {
                to.add(new Place(List.of("..."), Places.Side.UNKNOWN)); // and more
            }
        }
    }

    Hosts hosts() {
        Hosts result = hosts;
        if (result == null) {
            JsonNode input = asked.input();
            result = command().map(Hosts::of).orElseGet(() -> Hosts.of(input));
            hosts = result;
        }
        return result;
    }
}
