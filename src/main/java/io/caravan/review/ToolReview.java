/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.CallWatch;
import io.caravan.convert.Translator;
import io.caravan.format.WireFormat;
import io.caravan.settings.value.YamlFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.apache.camel.Processor;

/**
 * What the operator's rules say of a tool use before it runs. The file of rules is looked at again at most once a second,
 * by the thread that happens to ask; one that cannot be read is logged once and the rules before it stay, also where it is
 * gone. Where there has been no file yet, there are no rules. Safe for use by many threads.
 */
public final class ToolReview {

    /** What is said of a tool use. */
    public enum Verdict { ALLOW, DENY, JUDGE, UNAVAILABLE }

    /**
     * What a tool use is reviewed by.
     *
     * @param tool    the tool's name as the model gave it
     * @param input   its whole input
     * @param folders the session's working folders, absolute, the main one first; empty: not known
     * @param home    the person's home folder, if it is known
     * @param client  the name of the client's key, never the key
     * @param team    the client's team, if it has one
     * @param model   the model as the client named it
     * @param agent   which of the client's agents asks, if that is known
     */
    public record Asked(String tool, JsonNode input, List<String> folders, Optional<String> home, Optional<String> client,
            Optional<String> team, String model, Optional<String> agent) {

        /** The names alone: an input may hold secrets. */
        @Override
        public String toString() {
            return "Asked[tool=" + tool + ", model=" + model + "]";
        }
    }

    /**
     * What the rules say.
     *
     * @param rule the name of the rule that decided, or {@code default}
     * @param text for the person, where {@code verdict} is DENY; it never repeats the input
     */
    public record Decision(Verdict verdict, String rule, Optional<String> text) {}

    /**
     * Who is asked where a rule says {@code judge}.
     *
     * @param model     the model's name, as a client would give it; empty: nobody is asked
     * @param timeout   the longest wait for its answer
     * @param maxTokens the most tokens it may answer with
     * @param context   whether it is also told the client's context, which is private
     */
    public record Judge(Optional<String> model, Duration timeout, int maxTokens, boolean context) {}

    /**
     * Where the client works.
     *
     * @param folders its working folders, absolute, the main one first; empty where they are not known
     * @param home    the person's home folder, if it is known
     */
    public record Context(List<String> folders, Optional<String> home) {

        /** A client that says nothing of where it works. */
        public static final Context UNKNOWN = new Context(List.of(), Optional.empty());
    }

    private final YamlFile.Watched<RuleSet> rules;

    private ToolReview(YamlFile.Watched<RuleSet> rules) {
        this.rules = rules;
    }

    /**
     * Reads the rules.
     *
     * @param file the file of rules, which need not exist yet
     * @throws io.caravan.settings.value.SettingsException if it exists and cannot be used, naming the line
     */
    public static ToolReview of(Path file) {
        return of(file, System::nanoTime);
    }

    static ToolReview of(Path file, LongSupplier nanoTime) {
        return new ToolReview(new YamlFile.Watched<>(file, "What is said of tool uses", RuleSet.NONE,
                text -> new RuleFileReader(file.toString()).read(text), nanoTime));
    }

    /** Whether there are rules now: without any nothing is reviewed. */
    public boolean exists() {
        return rules.newest() != RuleSet.NONE;
    }

    /** What the newest rules say. Takes time in proportion to the length of the input, whatever it holds. */
    public Decision decide(Asked asked) {
        return rules.newest().decide(asked);
    }

    /** Who is asked where a rule says so, by the newest rules. */
    public Judge judge() {
        return rules.newest().judge();
    }

    /**
     * Where the client works, as far as its request says. What is not there, or not of the known shape, is not known.
     *
     * @param safeguards the request's {@code safeguards}: the list, or one entry of it
     */
    public static Context contextOf(JsonNode safeguards) {
        return ClientContext.read(safeguards);
    }

    /**
     * The room's door: answers what a client in auto mode asks of the tool uses it gets, and binds the steps of the page that
     * decides by the names it uses. Safe for use by many threads.
     */
    public static final class Steps {

        private static final String ASKED = "safeguards";

        private final ToolReview rules;
        private final CallWatch watch;
        private final ToolReviews reviews;

        /**
         * @param file     the operator's rules; it need not exist
         * @param longest  how long the page may take for one tool use
         * @param watch    looks at the judge's time limit
         * @param observer is told of every verdict
         * @throws io.caravan.settings.value.SettingsException if the file exists and cannot be used
         */
        public Steps(Path file, Duration longest, CallWatch watch, CallObserver observer) {
            this.rules = ToolReview.of(file);
            this.watch = watch;
            this.reviews = new ToolReviews(rules, longest, observer);
        }

        /** @param registry takes each bean by its name */
        public void bind(BiConsumer<String, Object> registry) {
            Processor decide = exchange -> Judgement.of(rules.decide(ToolUse.of(exchange).asked())).putInto(exchange);
            registry.accept("decideByRules", decide);
            registry.accept("askJudge", new AskJudge(rules, watch));
        }

        /**
         * The translator of an attempt for {@code call}, whose answers also bear verdicts where the client asks for them and there
         * are rules; {@code translator} itself in all other cases.
         */
        public Translator over(Translator translator, Call call) {
            boolean asks = call.format() == WireFormat.MESSAGES && call.request().has(ASKED);
            if (!asks || !rules.exists()) {
                return translator;
            }
            JsonNode context = call.request().value(ASKED);
            if (!asksOfTools(context)) {
                return translator;
            }
            ToolUse.Safeguards safeguards = new ToolUse.Safeguards(context, ToolReview.contextOf(context));
            return new ReviewedTranslator(translator, () -> new Verdicts(reviews, call, safeguards), call.request().stream());
        }

        private static boolean asksOfTools(JsonNode safeguards) {
            for (JsonNode asked : safeguards) {
                if (asked.path("type").asText().equals(Verdicts.TYPE)) {
                    return true;
                }
            }
            return false;
        }
    }
}
