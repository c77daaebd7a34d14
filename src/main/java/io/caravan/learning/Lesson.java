/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import java.util.Set;

/** What one refusal of an upstream says about requests to one model. */
sealed interface Lesson {

    /**
     * A field it does not take.
     *
     * @param brought the betas of the request it was refused to: with another one it might have been taken
     */
    record Field(RefusedPath path, Set<String> brought) implements Lesson {

        public Field {
            brought = Set.copyOf(brought);
        }

        @Override
        public boolean holdsFor(Set<String> betas) {
            return brought.containsAll(betas);
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** A beta it does not take. */
    record Beta(String name) implements Lesson {

        @Override
        public boolean holdsFor(Set<String> betas) {
            return betas.contains(name);
        }

        @Override
        public String toString() {
            return "beta:" + name;
        }
    }

    /**
     * The largest {@code max_tokens} it takes.
     *
     * @param brought as of a field
     */
    record Limit(long maxTokens, Set<String> brought) implements Lesson {

        public Limit {
            brought = Set.copyOf(brought);
        }

        @Override
        public boolean holdsFor(Set<String> betas) {
            return brought.containsAll(betas);
        }

        @Override
        public String toString() {
            return "more than " + maxTokens + " max_tokens";
        }
    }

    /** Whether a request with these betas would be refused the same way. */
    boolean holdsFor(Set<String> betas);
}
