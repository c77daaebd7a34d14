/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import io.caravan.format.chat.PublicUrl;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Predicate;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Looks up hosts that strangers name, and knows none that has an address in somebody's own network. What is connected
 * to are the addresses that were checked: the name is not looked up again.
 */
final class PublicAddresses implements DnsResolver {

    /** A host that has an address which is not public. */
    static final class NotPublic extends UnknownHostException {}

    private final DnsResolver names;
    private final Predicate<InetAddress> allowed;

    PublicAddresses(DnsResolver names, Predicate<InetAddress> allowed) {
        this.names = names;
        this.allowed = allowed;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = names.resolve(host);
        for (InetAddress address : addresses) {
            if (!allowed.test(address)) {
                throw new NotPublic();
            }
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) throws UnknownHostException {
        return names.resolveCanonicalHostname(host);
    }

    /** Whether an address is one of the open internet and stands for no other. */
    static boolean isPublic(InetAddress address) {
        return PublicUrl.isPublic(address);
    }
}
