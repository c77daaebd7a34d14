/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses an image may come from (SSRF). */
class PublicAddressesTest {

    @ParameterizedTest
    @ValueSource(strings = {
        "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255",
        "192.168.0.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "100.127.255.255", "192.0.0.192", "192.0.2.1",
        "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.2.3", "240.0.0.1",
        "255.255.255.255", "168.63.129.16",
        "::1", "::", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::7f00:1", "fe80::1", "fec0::1", "fc00::1", "fd00:ec2::254",
        "ff02::1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "100::1", "2001::1", "2001:0:53aa::1", "2001:10::1", "2001:1ff::1",
        "2001:db8::1", "2002:a00:1::1", "3fff::1", "3fff:fff::1", "4000::1", "5f00::1"})
    void ofSomebodysOwnNetworkNone(String address) throws UnknownHostException {
        assertFalse(PublicAddresses.isPublic(InetAddress.getByName(address)), address);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "1.1.1.1", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.0.0.1", "128.0.0.1", "168.63.129.17",
        "169.253.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "192.167.0.1", "192.169.0.1", "198.17.0.1", "198.20.0.1",
        "223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2600::1", "2a00:1450::1", "3fff:1000::1"})
    void ofTheOpenInternetAny(String address) throws UnknownHostException {
        assertTrue(PublicAddresses.isPublic(InetAddress.getByName(address)), address);
    }

    @Test
    void oneAddressThatIsNotPublicSpoilsTheHost() throws UnknownHostException {
        PublicAddresses guard = new PublicAddresses(new Names("1.1.1.1", "10.0.0.1"), PublicAddresses::isPublic);
        assertThrows(PublicAddresses.NotPublic.class, () -> guard.resolve("images.example"));
        assertEquals(2, new PublicAddresses(new Names("1.1.1.1", "2600::1"), PublicAddresses::isPublic)
                .resolve("images.example").length);
    }
}
