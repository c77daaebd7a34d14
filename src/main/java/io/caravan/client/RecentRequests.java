/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.client;

import io.caravan.call.Call;
import io.caravan.call.CallObserver;
import io.caravan.call.ClientStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps the newest model requests, in memory alone and of its budget what calls leave, to rehearse edited pages with. Of a
 * request's headers it keeps what the gateway goes by, by allow-list: no credential and no cookie is among them. Any thread.
 */
final class RecentRequests implements CallObserver {

    private static final Set<String> BY_NAME = Set.of("accept", "content-type", "user-agent", "x-app");
    private static final List<String> FAMILIES = List.of("anthropic-", "x-claude-code-", "x-stainless-");
    private static final List<String> CREDENTIALS = List.of("auth", "token", "secret", "password", "credential", "key", "cookie");

    private record Kept(ClientSteps.Recorded request, BodyBudget.Loan loan) {
    }

    private final int most;
    private final BodyBudget budget;
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Kept> kept = new LinkedHashMap<>();

    /** @param most how many are kept */
    RecentRequests(int most, BodyBudget budget) {
        this.most = most;
        this.budget = budget;
    }

    /** Its bytes are the call's as long as that is under way. */
    @Override
    public void accepted(Call call) {
        if (!call.isCopy()) {
            call.life().whenOver(() -> keep(recorded(call)));
        }
    }

    private synchronized void keep(ClientSteps.Recorded request) {
        if (!budget.lends(request.body().length)) {
            return;
        }
        while (kept.size() >= most) {
            dropOldest();
        }
        long number = numbers.incrementAndGet();
        Optional<BodyBudget.Loan> loan = lent(number, request);
        while (loan.isEmpty() && !kept.isEmpty()) {
            dropOldest();
            loan = lent(number, request);
        }
        loan.ifPresent(bytes -> kept.put(number, new Kept(request, bytes)));
    }

    private Optional<BodyBudget.Loan> lent(long number, ClientSteps.Recorded request) {
        return budget.lend(request.body().length, () -> drop(number));
    }

    private void dropOldest() {
        Iterator<Kept> oldest = kept.values().iterator();
        oldest.next().loan().end();
        oldest.remove();
    }

    private synchronized void drop(long number) {
        kept.remove(number);
    }

    /** The numbers of those that are kept now, the oldest first. */
    synchronized List<Long> numbers() {
        return List.copyOf(kept.keySet());
    }

    /** One of them; empty if it was given up meanwhile. */
    synchronized Optional<ClientSteps.Recorded> find(long number) {
        return Optional.ofNullable(kept.get(number)).map(Kept::request);
    }

    private static ClientSteps.Recorded recorded(Call call) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        for (Map.Entry<String, String> header : call.headers().entries()) {
            if (isKept(header.getKey().toLowerCase(Locale.ROOT)) && !bearsKey(call, header.getValue())) {
                headers.add(header);
            }
        }
        return new ClientSteps.Recorded(call.path() + (call.beta() ? "?beta=true" : ""), new ClientStream.Headers(headers),
                call.request().body(), Optional.ofNullable(call.caller().label()));
    }

    private static boolean isKept(String name) {
        boolean named = BY_NAME.contains(name) || FAMILIES.stream().anyMatch(name::startsWith);
        return named && CREDENTIALS.stream().noneMatch(name::contains);
    }

    private static boolean bearsKey(Call call, String value) {
        return Optional.ofNullable(call.caller().key()).filter(key -> !key.isEmpty()).filter(value::contains).isPresent();
    }
}
