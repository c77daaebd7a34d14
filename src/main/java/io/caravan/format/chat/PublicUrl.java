/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.format.chat;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

/** Tells URLs an upstream may be given from those that point into somebody's own network. Names are not resolved. */
public final class PublicUrl {

    private static final List<String> PRIVATE_NAMES = List.of(".localhost", ".local", ".internal", ".lan", ".intranet",
            ".corp", ".home", ".home.arpa", ".test", ".invalid");

    private PublicUrl() {
    }

    /** Whether {@code url} is {@code https}, without user name, to a host that is neither private nor loopback. */
    public static boolean is(String url) {
        try {
            URI uri = new URI(url);
            String host = uri.getHost();
            return "https".equalsIgnoreCase(uri.getScheme()) && host != null && uri.getRawUserInfo() == null
                    && isPublic(host.toLowerCase(Locale.ROOT));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isPublic(String host) {
        if (host.startsWith("[")) {
            return isPublicV6(host);
        }
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        int dot = name.lastIndexOf('.');
        if (dot < 0) {
            return false;
        }
        char last = name.charAt(dot + 1 < name.length() ? dot + 1 : dot);
        if (last >= '0' && last <= '9') {
            return isPublicV4(name);
        }
        for (String suffix : PRIVATE_NAMES) {
            if (name.endsWith(suffix)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPublicV4(String address) {
        String[] parts = address.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        int[] octets = new int[4];
        for (int i = 0; i < 4; i++) {
            String part = parts[i];
            if (part.isEmpty() || part.length() > 3 || part.length() > 1 && part.charAt(0) == '0'
                    || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return false;
            }
            octets[i] = Integer.parseInt(part);
        }
        int a = octets[0];
        int b = octets[1];
        boolean reserved = a == 0 || a == 10 || a == 127 || a >= 224 || a == 100 && b >= 64 && b < 128
                || a == 169 && b == 254 || a == 172 && b >= 16 && b < 32 || a == 192 && b == 168
                || a == 192 && b == 0 && octets[2] == 0 || a == 198 && (b == 18 || b == 19);
        return !reserved;
    }

    /** Only global unicast, and of that nothing that carries an IPv4 address inside. */
    private static boolean isPublicV6(String host) {
        String address = host.substring(1, host.length() - 1);
        int colon = address.indexOf(':');
        if (colon < 1 || colon > 4 || address.indexOf('.') >= 0 || address.indexOf('%') >= 0) {
            return false;
        }
        int first = Integer.parseInt(address.substring(0, colon), 16);
        String rest = address.substring(colon + 1);
        boolean teredo = first == 0x2001 && (rest.startsWith(":") || rest.matches("0{1,4}:.*"));
        return first >= 0x2000 && first <= 0x3fff && first != 0x2002 && !teredo;
    }
}
