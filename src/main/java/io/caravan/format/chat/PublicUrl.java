/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells URLs an upstream may be given from those that point into somebody's own network. Names are not resolved. */
public final class PublicUrl {

    private static final List<String> PRIVATE_NAMES = List.of(".localhost", ".local", ".internal", ".lan", ".intranet",
            ".corp", ".home", ".home.arpa", ".test", ".invalid");

    /** Global unicast. */
    private static final List<AddressRange> UNICAST = AddressRange.list("0.0.0.0/0", "2000::/3");

    /** Somebody's own network, what carries or stands for another address, is set apart, or is for documentation. */
    private static final List<AddressRange> NOT_PUBLIC = AddressRange.list(
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/3", "168.63.129.16/32", // the machine below an Azure machine
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern V6 = Pattern.compile("\\[[0-9a-f:]+]");
    private static final Pattern NUMERIC = Pattern.compile("(.*\\.)?[0-9][^.]*");

    private PublicUrl() {
    }

    /** Whether {@code url} is {@code https}, without user name, to a host that is neither private nor loopback. */
    public static boolean is(String url) {
        try {
            URI uri = new URI(url);
            boolean plain = "https".equalsIgnoreCase(uri.getScheme()) && uri.getRawUserInfo() == null;
            return plain && isPublic(uri.getHost());
        } catch (URISyntaxException | UnknownHostException e) {
            return false;
        }
    }

    /** Whether an address is one of the open internet and stands for no other. */
    public static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        return isIn(UNICAST, bytes) && !isIn(NOT_PUBLIC, bytes);
    }

    private static boolean isIn(List<AddressRange> ranges, byte[] address) {
        return ranges.stream().anyMatch(range -> range.holds(address));
    }

    private static boolean isPublic(@Nullable String host) throws UnknownHostException {
        if (host == null) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT);
        if (name.startsWith("[")) {
            return V6.matcher(name).matches() && isPublicV6(InetAddress.getByName(name));
        }
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        if (NUMERIC.matcher(name).matches()) {
            return V4.matcher(name).matches() && isPublic(InetAddress.getByName(name));
        }
        return name.contains(".") && PRIVATE_NAMES.stream().noneMatch(name::endsWith);
    }

    /** An IPv6 address that is only another spelling of an IPv4 address is not. */
    private static boolean isPublicV6(InetAddress address) {
        return !(address instanceof Inet4Address) && isPublic(address);
    }
}
