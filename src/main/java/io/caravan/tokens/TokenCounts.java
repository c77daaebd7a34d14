/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.caravan.format.json.MalformedBody;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Estimated input tokens, corrected by what finished requests cost, with a bounded memory of bodies counted before
 * (M70: a client asks in bursts). Whoever starts it closes it. Safe for use by many threads.
 */
public final class TokenCounts implements AutoCloseable {

    private static final int BODIES_KEPT = 4096;
    /** Hashing a larger body costs more than it is likely to spare. */
    private static final int LARGEST_KEPT = 4 << 20;
    private static final Duration LEARN_EVERY = Duration.ofSeconds(1);
    private static final int MODELS_KEPT = 1000;

    private record Body(boolean newTokenizer, long hash, long moreHash) {
    }

    private record Model(String backend, String name) {
    }

    private final TokenEstimator estimator;
    private final Calibration calibration;
    private final Cache<Body, Long> estimates = Caffeine.newBuilder().maximumSize(BODIES_KEPT).build();
    private final Cache<Model, Boolean> learnedLately;
    private final ThreadPoolExecutor learner;
    private final Thread warmUp;

    /**
     * Counts of a gateway that starts. A thread of its own loads the vocabulary meanwhile; a count that comes before it is
     * there waits for it.
     */
    public static TokenCounts start() {
        TokenCounts counts = new TokenCounts(new TokenEstimator(), new Calibration(), Ticker.systemTicker());
        counts.warmUp.start();
        return counts;
    }

    TokenCounts(TokenEstimator estimator, Calibration calibration, Ticker clock) {
        this.estimator = estimator;
        this.calibration = calibration;
        this.learnedLately = Caffeine.newBuilder().maximumSize(MODELS_KEPT).expireAfterWrite(LEARN_EVERY)
                .ticker(clock).build();
        this.learner = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(1),
                task -> daemon(task, "caravan-token-learner"), new ThreadPoolExecutor.DiscardPolicy());
        this.warmUp = daemon(estimator::warmUp, "caravan-token-warm-up");
        warmUp.setPriority(Thread.MIN_PRIORITY);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * The input tokens of a request to {@code model} at {@code backend}: an estimate, at least 1.
     *
     * @param body         the request, JSON in UTF-8, in the Messages format or that of count_tokens
     * @param newTokenizer whether the model counts as the newer ones do ({@code ModelTraits.newTokenizer})
     * @throws MalformedBody if it is not one JSON object in UTF-8, or {@code messages} is missing or no array
     */
    public long count(String backend, String model, byte[] body, boolean newTokenizer) {
        return Math.max(1, Math.round(estimate(body, newTokenizer) * calibration.factor(backend, model)));
    }

    /**
     * Takes in what a finished request really cost. Returns at once: one thread works on at most one request per second
     * and model, one more may wait, all others are dropped. {@code body} is kept until then and must not change.
     *
     * @param realPromptTokens all prompt tokens: uncached, read from and written to the cache; 0 if not known
     */
    public void learn(String backend, String model, byte[] body, boolean newTokenizer, long realPromptTokens) {
        if (realPromptTokens > 0 && takesTurn(new Model(backend, model))) {
            learner.execute(() -> observe(backend, model, body, newTokenizer, realPromptTokens));
        }
    }

    /** Whether nothing has been learned of the model lately; what comes next then is for the next turn. */
    private boolean takesTurn(Model model) {
        return learnedLately.asMap().putIfAbsent(model, Boolean.TRUE) == null;
    }

    /** Stops learning, and the loading if it is still under way; counting goes on. */
    @Override
    public void close() {
        warmUp.interrupt();
        learner.shutdownNow();
    }

    long bodiesKept() {
        estimates.cleanUp();
        return estimates.estimatedSize();
    }

    private void observe(String backend, String model, byte[] body, boolean newTokenizer, long real) {
        try {
            calibration.observe(backend, model, estimate(body, newTokenizer), real);
        } catch (MalformedBody e) {
            // An upstream may answer what cannot be counted here; there is nothing to learn from it.
        }
    }

    private long estimate(byte[] body, boolean newTokenizer) {
        if (body.length > LARGEST_KEPT) {
            return estimator.estimate(body, newTokenizer);
        }
        ByteBuffer hash = ByteBuffer.wrap(sha256(body));
        Body key = new Body(newTokenizer, hash.getLong(), hash.getLong());
        Long known = estimates.getIfPresent(key);
        if (known != null) {
            return known;
        }
        long estimate = estimator.estimate(body, newTokenizer);
        estimates.put(key, estimate);
        return estimate;
    }

    private static byte[] sha256(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
