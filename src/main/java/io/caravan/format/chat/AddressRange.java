/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A range of addresses, such as {@code 10.0.0.0/8}: those whose first bits are the same.
 *
 * @param network the first address
 * @param bits    how many bits are the same
 */
record AddressRange(byte[] network, int bits) {

    /** The ranges written so, of IPv4 or IPv6 addresses. */
    static List<AddressRange> list(String... ranges) {
        return Stream.of(ranges).map(AddressRange::of).toList();
    }

    private static AddressRange of(String range) {
        int slash = range.indexOf('/');
        try {
            byte[] network = InetAddress.getByName(range.substring(0, slash)).getAddress();
            return new AddressRange(network, Integer.parseInt(range.substring(slash + 1)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(range, e);
        }
    }

    /** Whether an address is in the range; one of the other kind never is. */
    boolean holds(byte[] address) {
        if (address.length != network.length) {
            return false;
        }
        int whole = bits / 8;
        if (!Arrays.equals(address, 0, whole, network, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        return rest == 0 || first(rest, address[whole]) == first(rest, network[whole]);
    }

    private static int first(int bits, byte octet) {
        return (octet & 0xff) >> 8 - bits;
    }
}
