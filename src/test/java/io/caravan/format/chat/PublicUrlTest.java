/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.InetAddress;
import java.net.UnknownHostException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An address is as public in a URL as it is by itself (M12). */
class PublicUrlTest {

    @Property(tries = 2000)
    void anyIpv4Address(@ForAll @Size(4) byte[] bytes) throws UnknownHostException {
        InetAddress address = InetAddress.getByAddress(bytes);

        assertEquals(PublicUrl.isPublic(address), PublicUrl.is("https://" + address.getHostAddress() + "/a.png"));
    }

    @Property(tries = 2000)
    void anyIpv6AddressNearTheUnicastOnes(@ForAll @Size(16) byte[] bytes, @ForAll @IntRange(min = 0x1f, max = 0x40) int first)
            throws UnknownHostException {
        bytes[0] = (byte) first;
        InetAddress address = InetAddress.getByAddress(bytes);

        assertEquals(PublicUrl.isPublic(address), PublicUrl.is("https://[" + address.getHostAddress() + "]/a.png"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "198.51.100.7", "203.0.113.9", "192.88.99.1", "168.63.129.16", "[2001:db8::1]",
        "[2001:1ff::1]", "[3fff::1]", "[2606:2800::8.8.8.8]", "[::ffff:8.8.8.8]", "[::ffff:808:808]", "[2606:2800::1%1]"})
    void whatIsSetApartOrCarriesAnotherAddressIsNot(String host) {
        assertFalse(PublicUrl.is("https://" + host + "/a.png"));
    }
}
