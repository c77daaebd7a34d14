/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

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
        byte[] bytes = address.getAddress();
        int a = bytes[0] & 0xff;
        int b = bytes[1] & 0xff;
        int c = bytes[2] & 0xff;
        int d = bytes[3] & 0xff;
        return bytes.length == 4 ? isPublicV4(a, b, c, d) : isPublicV6(a << 8 | b, c << 8 | d);
    }

    private static boolean isPublicV4(int a, int b, int c, int d) {
        boolean network = a == 0 || a == 10 || a == 127 || a >= 224 || a == 100 && b >= 64 && b < 128
                || a == 169 && b == 254 || a == 172 && b >= 16 && b < 32 || a == 192 && b == 168;
        boolean special = a == 192 && b == 0 && (c == 0 || c == 2) || a == 192 && b == 88 && c == 99
                || a == 198 && (b == 18 || b == 19) || a == 198 && b == 51 && c == 100 || a == 203 && b == 0 && c == 113;
        boolean azureHost = a == 168 && b == 63 && c == 129 && d == 16; // the machine below an Azure machine
        return !network && !special && !azureHost;
    }

    /** Global unicast without what carries an IPv4 address (Teredo, 6to4), is set apart or is for documentation. */
    private static boolean isPublicV6(int first, int second) {
        boolean setApart = first == 0x2001 && (second < 0x200 || second == 0xdb8) || first == 0x2002
                || first == 0x3fff && second < 0x1000;
        return first >= 0x2000 && first <= 0x3fff && !setApart;
    }
}
