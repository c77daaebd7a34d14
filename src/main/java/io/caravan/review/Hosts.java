/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The hosts that a tool's input, or a command, names in URLs. */
final class Hosts {

    private static final Pattern HOST = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\\[[0-9a-f:.]{2,45}]");
    private static final Set<String> ADDRESS_FIELDS = Set.of("url", "urls", "uri", "host", "hostname", "endpoint", "domain");
    private static final Set<String> CALLERS = Set.of("curl", "wget", "http", "https", "xh", "aria2c", "nc", "ncat", "telnet",
            "ssh", "scp", "sftp", "rsync", "ftp", "ping", "dig", "nslookup", "host");
    private static final String SCHEME_END = "://";
    /** Some programs need fewer slashes than others. */
    private static final Pattern SCHEME = Pattern.compile("(?i)^(https?|ftp):/*");
    /** {@code --url=x}, {@code -xhost:80}: where else a program may be sent. */
    private static final Pattern OPTION_WITH_HOST = Pattern.compile("--(url|proxy|preproxy|socks[\\w-]*|connect-to|resolve|config)=.*"
            + "|-[fgikqsvILNS]*[xK].+");
    /** An address in another form than the usual one: a single number, hexadecimal, octal, of three parts, or an old one in a new. */
    private static final Pattern ODD_ADDRESS = Pattern.compile("(?i)(0x[0-9a-f]+|0\\d+|\\d{8,10})(\\.(0x[0-9a-f]+|\\d+))*(:\\d+)?$"
            + "|\\d+\\.\\d+\\.\\d+(:\\d+)?$|\\[.*:ffff:.*|(\\d+\\.){1,3}0[x\\d]");
    private static final String READ_IN_TWO_WAYS = "\u00df\u03c2\u200c\u200d";

    private final List<String> known = new ArrayList<>();
    private boolean doubtful;

    private Hosts() {
    }

    static Hosts of(JsonNode input) {
        Hosts hosts = new Hosts();
        PathWords.texts(input, (field, text) -> hosts.add(text, ADDRESS_FIELDS.contains(field.toLowerCase(Locale.ROOT))));
        return hosts;
    }

    static Hosts of(ShellPart command) {
        Hosts hosts = new Hosts();
        List<ShellWord> words = command.words();
        List<String> spellings = command.spellings();
        String name = spellings.get(spellings.size() - 1).split(" ", 2)[0].toLowerCase(Locale.ROOT);
        boolean calls = CALLERS.contains(name);
        for (ShellWord word : words.subList(1, words.size())) {
            hosts.add(word.text(), calls && !word.option());
            hosts.doubtful |= calls && OPTION_WITH_HOST.matcher(word.text()).matches();
            hosts.doubtful |= calls && !word.known();
        }
        return hosts;
    }

    /** The hosts, in small letters. */
    List<String> known() {
        return known;
    }

    /** Whether there is a URL that not every reader would take for one of the same host. */
    boolean doubtful() {
        return doubtful;
    }

    /** @param bare whether {@code text} may be a host, or begin with one, without a scheme before it */
    private void add(String text, boolean bare) {
        doubtful |= bare && text.chars().anyMatch(c -> c <= ' ');
        int at = text.indexOf(SCHEME_END);
        if (at < 0 && bare) {
            addAuthority(SCHEME.matcher(text).replaceFirst(""));
        }
        while (at >= 0) {
            addAuthority(text.substring(at + SCHEME_END.length()));
            at = text.indexOf(SCHEME_END, at + SCHEME_END.length());
        }
    }

    private void addAuthority(String rest) {
        int end = 0;
        while (end < rest.length() && "/?# \t\n\"'<>)".indexOf(rest.charAt(end)) < 0) {
            end++;
        }
        String authority = rest.substring(0, end);
        String address = authority.substring(authority.lastIndexOf('@') + 1);
        Optional<String> host = host(address);
        host.ifPresent(known::add);
        doubtful |= address.chars().anyMatch(c -> READ_IN_TWO_WAYS.indexOf(c) >= 0) || ODD_ADDRESS.matcher(address).lookingAt();
        doubtful |= host.isEmpty() || authority.indexOf('@') != authority.lastIndexOf('@') || authority.indexOf('\\') >= 0;
    }

    private static Optional<String> host(String address) {
        String host = address.replaceFirst("(?<!:):[^:\\]]*$", "").replaceFirst("\\.$", "");
        try {
            return Optional.of(IDN.toASCII(host).toLowerCase(Locale.ROOT)).filter(name -> HOST.matcher(name).matches());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
