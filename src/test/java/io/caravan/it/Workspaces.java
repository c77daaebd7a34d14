/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan.it;

import io.caravan.simulator.Responder;
import io.caravan.simulator.Simulator;
import io.caravan.simulator.SimulatorOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Simulators that are the workspaces of one gateway, and the {@code config.yaml} that lists them. Any thread. */
public final class Workspaces implements AutoCloseable {

    private static final String CLIENT = "me";
    private static final String SECRET = "canary-9c41-0123";
    private static final SimulatorOptions OPTIONS = SimulatorOptions.defaults().withToken(Gateway.UPSTREAM_KEY)
            .withClient(CLIENT + ":" + SECRET).withRecordLimit(100).withTokenLife(Duration.ofSeconds(3));

    private final List<Simulator> simulators = new CopyOnWriteArrayList<>();
    private final List<Responder> responders = new CopyOnWriteArrayList<>();
    /** The ports of those that are closed. */
    private final Map<Integer, Socket> held = new ConcurrentHashMap<>();
    private final List<String> file;

    private Workspaces(List<String> file) {
        this.file = file;
    }

    /** Starts so many; {@code file} as {@link Gateway#startWorkspaces} has it. */
    static Workspaces start(int count, List<String> file) {
        Workspaces workspaces = new Workspaces(file);
        for (int i = 0; i < count; i++) {
            workspaces.simulators.add(Simulator.start(OPTIONS));
            workspaces.responders.add((request, reply) -> false);
        }
        return workspaces;
    }

    public int count() {
        return simulators.size();
    }

    /** The simulator that is workspace {@code w<number>} now. */
    public Simulator get(int number) {
        return simulators.get(number);
    }

    /** Lets {@code responder} see each request to a workspace first, also after {@link #reopen}. */
    public void respondWith(int number, Responder responder) {
        responders.set(number, responder);
        get(number).respondWith(responder);
    }

    /** From now on connections to it are refused; those that are open end. */
    public void close(int number) {
        int port = get(number).port();
        get(number).close();
        held.put(number, hold(port));
    }

    /** Keeps a port from everybody without listening at it. */
    private static Socket hold(int port) {
        Socket socket = new Socket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void letGo(int number) {
        Socket socket = held.remove(number);
        if (socket != null) {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** It is back at its old address. */
    public void reopen(int number) {
        letGo(number);
        Simulator simulator = Simulator.start(OPTIONS.withPort(get(number).port()));
        simulator.respondWith(responders.get(number));
        simulators.set(number, simulator);
    }

    /** The file that lists them, as a setting of the gateway; nothing where there are none. */
    Stream<String> file() {
        if (simulators.isEmpty()) {
            return Stream.empty();
        }
        List<String> balancer = new ArrayList<>();
        List<Map<String, String>> endpoints = new ArrayList<>();
        for (int i = 0; i < count(); i++) {
            endpoints.add(new TreeMap<>(Map.of("name", "w" + i, "api_base", get(i).url() + "/serving-endpoints", "token",
                    Gateway.UPSTREAM_KEY, "client_id", CLIENT, "client_secret", SECRET)));
        }
        for (String setting : file) {
            String[] pair = setting.split("=", 2);
            if (pair[0].indexOf('.') < 0) {
                balancer.add(pair[0] + ": " + pair[1]);
            } else {
                endpoints.get(Integer.parseInt(pair[0].substring(1, pair[0].indexOf('.'))))
                        .put(pair[0].substring(pair[0].indexOf('.') + 1), pair[1]);
            }
        }
        StringBuilder yaml = new StringBuilder("load_balancer: {" + String.join(", ", balancer) + "}\nendpoints:\n");
        for (Map<String, String> endpoint : endpoints) {
            yaml.append("  -\n");
            endpoint.forEach((key, value) -> yaml.append("    ").append(key).append(": ").append(value).append('\n'));
        }
        return Stream.of("config.yaml=" + yaml);
    }

    @Override
    public void close() {
        simulators.forEach(Simulator::close);
        List.copyOf(held.keySet()).forEach(this::letGo);
    }
}
