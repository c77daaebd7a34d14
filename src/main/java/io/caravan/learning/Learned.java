/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.learning;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.caravan.format.ModelRequest;
import io.caravan.format.WireFormat;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What one upstream must not be sent: what its settings strip (M54), and what it was found to refuse. The latter is read
 * out of the words of its errors, for each model by itself, and forgotten after a while:
 *
 * <ul>
 * <li>a body field that it does not know, together with the betas that travel with it (P6);
 * <li>a value of the {@code anthropic-beta} header (E07), together with its fields (P6);
 * <li>the largest {@code max_tokens} it takes (E09, M52);
 * <li>of an upstream that speaks the chat format, the tools whose schemas it cannot read (E10): these very tools are sent
 *     with plainer ones.
 * </ul>
 *
 * <p>What a request cannot do without is never learned; the client is told of it (P16). Safe for use by many threads.
 */
public final class Learned {

    private static final String BETA = "beta:";
    private static final int MOST_MODELS = 1000;
    private static final Pattern SCHEMA =
            Pattern.compile("input_schema|JSON schema|function\\.parameters", Pattern.CASE_INSENSITIVE);

    private final WireFormat format;
    private final Partners partners;
    private final Refusals stripped;
    private final Cache<String, Refusals> refused;
    private final Cache<String, Boolean> strictSchemas;

    /**
     * @param format what the upstream speaks
     * @param strip  what it must not be sent: {@code key}, {@code parent.key} or {@code beta:NAME}, where a name may end
     *               in {@code *}
     * @param pairs  for a field, written as in {@code strip}, the betas that travel with it
     * @param kept   how long a refusal is remembered; zero: not at all
     */
    public Learned(WireFormat format, List<String> strip, Map<String, List<String>> pairs, Duration kept) {
        this.format = format;
        this.partners = Partners.of(pairs);
        this.stripped = partners.complete(stripped(strip));
        this.refused = Caffeine.newBuilder().maximumSize(MOST_MODELS).expireAfterWrite(kept).build();
        this.strictSchemas = Caffeine.newBuilder().maximumSize(MOST_MODELS).expireAfterWrite(kept).build();
    }

    private static Refusals stripped(List<String> strip) {
        Set<FieldPath> fields = new LinkedHashSet<>();
        Set<String> betas = new LinkedHashSet<>();
        for (String entry : strip) {
            if (entry.startsWith(BETA)) {
                betas.add(entry.substring(BETA.length()));
            } else {
                fields.add(FieldPath.of(entry));
            }
        }
        return new Refusals(fields, betas, 0);
    }

    /** All that is to be left out of a request for {@code model}. */
    public Refusals refusals(String model) {
        return stripped.and(refused.asMap().getOrDefault(model, Refusals.NONE));
    }

    /** Whether the schemas of the tools of {@code request} have been refused before, so that plainer ones are to be sent. */
    public boolean needsStrictSchema(String model, ModelRequest request) {
        return strictSchemas.estimatedSize() > 0 && strictSchemas.getIfPresent(toolsKey(model, request)) != null;
    }

    /**
     * Reads what the upstream objects to and remembers it.
     *
     * @param model its name for the model
     * @param words of the error it answered a request with
     * @param asked the request as the client made it
     * @param sent  the body that the upstream got
     * @return what it does not take and what follows, in words for the log; empty if the error names nothing that could
     *         be done without, or nothing new, so that repeating the request would change nothing
     */
    public Optional<String> learn(String model, String words, ModelRequest asked, byte[] sent) {
        if (namesSchemas(words) && rememberTools(model, asked)) {
            return Optional.of("the schemas of these tools for " + model + ": reduced from now on");
        }
        Refusals read = RefusalReader.read(words, ModelRequest.scan(sent));
        if (!remember(model, read)) {
            return Optional.empty();
        }
        return Optional.of(read + " for " + model + ": left out from now on");
    }

    private boolean namesSchemas(String words) {
        return format == WireFormat.CHAT && SCHEMA.matcher(words).find();
    }

    /** Remembers that the schemas of these tools were refused; whether that is new. */
    private boolean rememberTools(String model, ModelRequest request) {
        return strictSchemas.asMap().put(toolsKey(model, request), Boolean.TRUE) == null;
    }

    private static String toolsKey(String model, ModelRequest request) {
        return model + request.hash("tools");
    }

    /** Remembers {@code read}, partners included; whether any of it is new. */
    private boolean remember(String model, Refusals read) {
        Refusals whole = partners.complete(read);
        if (!whole.addsTo(refusals(model))) {
            return false;
        }
        refused.asMap().merge(model, whole, Refusals::and);
        return true;
    }
}
