/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import io.caravan.review.Condition.Mode;
import io.caravan.review.ToolReview.Decision;
import io.caravan.review.ToolReview.Verdict;
import java.util.List;

/**
 * One rule of the file.
 *
 * @param tools    the tools it is about
 * @param when     what has to be so as well
 * @param commands whether that says which shell commands are meant; a rule that does not lets none pass
 */
record Rule(List<Glob> tools, List<Condition> when, boolean commands, Decision decision) {

    boolean denies() {
        return decision.verdict() == Verdict.DENY;
    }

    boolean holds(Subject subject) {
        Mode mode = decision.verdict() == Verdict.ALLOW ? Mode.ALLOW : Mode.STOP;
        if (mode == Mode.ALLOW && !mayPass(subject)) {
            return false;
        }
        return isAbout(subject, mode) && allHold(subject, mode);
    }

    private boolean allHold(Subject subject, Mode mode) {
        for (Condition condition : when) {
            if (!condition.holds(subject, mode)) {
                return false;
            }
        }
        return true;
    }

    private boolean mayPass(Subject subject) {
        return subject.known() && (commands || !subject.isCommand());
    }

    private boolean isAbout(Subject subject, Mode mode) {
        boolean itself = Glob.anyMatches(tools, subject.tool());
        return itself || mode == Mode.STOP && Glob.anyMatches(tools, subject.asked().tool());
    }
}
