/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures a running gateway against a running {@link Upstream}; {@code bench/run} starts all three. Settings are system
 * properties {@code bench.*}; the first argument is table, streams, vanish, dead, counts or profile.
 */
public final class Bench {

    private static final int KB = 1024;
    private static final int EVENTS = 200;
    /** The share of the compilers in the CPU used, below which the gateway counts as warm. */
    private static final double SETTLED = 0.05;

    private final int gatewayPort = Integer.getInteger("bench.gateway");
    private final int upstreamPort = Integer.getInteger("bench.upstream");
    private final int connections = Integer.getInteger("bench.connections", 32);
    private final double scale = Double.parseDouble(System.getProperty("bench.scale", "1"));
    private final double warmUp = Double.parseDouble(System.getProperty("bench.warmup", "20")) * scale;
    private final double fixedRate = Double.parseDouble(System.getProperty("bench.rate", "0"));
    private final int ticks = Integer.getInteger("bench.ticks", 100);
    private final Watched gateway = new Watched(Long.getLong("bench.pid"), ticks);
    private final List<Watched> all = List.of(gateway, new Watched(Long.getLong("bench.upstream.pid"), ticks),
            new Watched(ProcessHandle.current().pid(), ticks));
    private final HttpClient http = HttpClient.newHttpClient();
    private double disturbed;
    private long errors;
    private String firstError;

    /** One kind of request. */
    private record Shape(String name, int bytes, boolean stream, int pauseMillis) {
        String label() {
            return bytes / KB + " KB, " + (!stream ? "plain" : EVENTS + " events"
                    + (pauseMillis == 0 ? " at once" : ", " + pauseMillis + " ms apart"));
        }
    }

    private static final List<Shape> SHAPES = List.of(
            new Shape("plain-1k", KB, false, 0),
            new Shape("plain-100k", 100 * KB, false, 0),
            new Shape("stream-1k", KB, true, 0),
            new Shape("stream-100k", 100 * KB, true, 0),
            new Shape("paced-1k", KB, true, 5));

    /** CPU and answers of some rounds. */
    private static final class Tally {
        final Load.Result result = new Load.Result();
        double user;
        double system;
        double compiler;
        double least = Double.MAX_VALUE;
        double most;

        void add(Load.Result round, Watched.Cpu cpu) {
            result.add(round);
            user += cpu.user();
            system += cpu.system();
            double each = cpu.all() / Math.max(1, round.all);
            least = Math.min(least, each);
            most = Math.max(most, each);
        }

        double compilerShare() {
            return compiler / Math.max(1, user + system);
        }

        double cpuEach() {
            return (user + system) / Math.max(1, result.all);
        }
    }

    private static final class Row {
        final Tally full = new Tally();
        final Tally calm = new Tally();
        final Load.Result fullDirect = new Load.Result();
        final Load.Result calmDirect = new Load.Result();
        double rate;
        double rss;
        double others;
    }

    public static void main(String[] args) throws Exception {
        Locale.setDefault(Locale.ROOT);
        Bench bench = new Bench();
        boolean good = switch (args[0]) {
            case "table" -> bench.table(args[1].isEmpty() ? List.of() : List.of(args[1].split(",")));
            case "streams" -> bench.streams();
            case "vanish" -> bench.vanish();
            case "dead" -> bench.dead();
            case "counts" -> bench.counts();
            case "profile" -> bench.profile(Path.of(args[1]));
            default -> throw new IllegalArgumentException(args[0]);
        };
        System.exit(good ? 0 : 1);
    }

    // --- The table ----------------------------------------------------------------------------------------------------

    private boolean table(List<String> wanted) throws Exception {
        List<Shape> shapes = SHAPES.stream().filter(shape -> wanted.isEmpty() || wanted.contains(shape.name())).toList();
        say("warming up, %.0f to %.0f s for each body size", warmUp, 2 * warmUp);
        for (int size : shapes.stream().mapToInt(Shape::bytes).distinct().toArray()) {
            List<Shape> same = shapes.stream().filter(shape -> shape.bytes() == size && shape.pauseMillis() == 0).toList();
            List<Shape> turns = same.isEmpty() ? shapes : same;
            double spent = 0;
            double compilers = 1;
            while (spent < warmUp || compilers > SETTLED && spent < 2 * warmUp) {
                compilers = 0;
                for (Shape shape : turns) {
                    compilers = Math.max(compilers, warm(shape, warmUp / 4));
                    spent += warmUp / 4;
                }
            }
        }
        List<String> lines = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (Shape shape : shapes) {
            say("measuring %s", shape.label());
            double others = others();
            long start = System.nanoTime();
            Row row = shape.pauseMillis() == 0 ? measured(shape) : paced(shape);
            row.others = Math.max(0, others() - others) / ((System.nanoTime() - start) / 1e6);
            row.rss = gateway.memory("VmRSS");
            disturbed = Math.max(disturbed, row.others);
            lines.add(line(shape, row));
            values.add(values(shape, row));
        }
        print(lines, values);
        return errors == 0;
    }

    /** CPU used by whatever has nothing to do with this run, in milliseconds. */
    private double others() throws IOException {
        double own = 0;
        for (Watched process : all) {
            own += process.cpu().all();
        }
        return Watched.machine(ticks) - own;
    }

    /** Gives the share of the compilers. */
    private double warm(Shape shape, double seconds) throws Exception {
        set(shape);
        try (Load direct = load(upstreamPort, shape, false); Load through = load(gatewayPort, shape, false)) {
            check(direct.closedLoop(Math.min(0.5, seconds / 4)), "direct");
            Tally tally = new Tally();
            round(tally, () -> through.closedLoop(seconds));
            say("  %-11s %7.0f requests/s, %.3f CPU-ms a request, %.0f %% of it compilers", shape.name(),
                    tally.result.perSecond(), tally.cpuEach(), 100 * tally.compilerShare());
            return tally.compilerShare();
        }
    }

    /** Closed loop, then an equal rate; direct and gateway rounds take turns. */
    private Row measured(Shape shape) throws Exception {
        Row row = new Row();
        set(shape);
        try (Load direct = load(upstreamPort, shape, false); Load through = load(gatewayPort, shape, false)) {
            for (int i = 0; i < 2; i++) {
                row.fullDirect.add(check(direct.closedLoop(1.5 * scale), "direct"));
                round(row.full, () -> through.closedLoop(4 * scale));
            }
            row.rate = fixedRate > 0 ? fixedRate : Math.max(1, Math.round(0.4 * row.full.result.perSecond()));
            for (int i = 0; i < 3; i++) {
                row.calmDirect.add(check(direct.atRate(row.rate, 2 * scale), "direct"));
                round(row.calm, () -> through.atRate(row.rate, 3 * scale));
            }
        }
        return row;
    }

    /** Streams that last: what counts is how much later an event arrives. */
    private Row paced(Shape shape) throws Exception {
        Row row = new Row();
        set(shape);
        try (Load direct = load(upstreamPort, shape, true); Load through = load(gatewayPort, shape, true)) {
            for (int i = 0; i < 2; i++) {
                row.calmDirect.add(check(direct.closedLoop(3 * scale), "direct"));
                round(row.calm, () -> through.closedLoop(4 * scale));
            }
        }
        return row;
    }

    private interface Round {
        Load.Result run() throws IOException;
    }

    private void round(Tally tally, Round round) throws IOException {
        Watched.Cpu before = gateway.cpu();
        double compilerBefore = compiler();
        Load.Result result = check(round.run(), "gateway");
        tally.add(result, gateway.cpu().since(before));
        tally.compiler += Math.max(0, compiler() - compilerBefore);
    }

    /** CPU of the gateway's just-in-time compilers: what is still warming up. */
    private double compiler() throws IOException {
        return gateway.cpuByThread().entrySet().stream().filter(thread -> thread.getKey().matches("C[12] Comp.*"))
                .mapToDouble(Map.Entry::getValue).sum();
    }

    private String line(Shape shape, Row row) {
        boolean paced = shape.pauseMillis() > 0;
        Load.Result through = row.calm.result;
        Load.Result direct = row.calmDirect;
        return String.format("| %s | %s | %s | %.2f | %s | %s | %s | %s | %s | %.0f |", shape.label(),
                paced ? "–" : String.format("%.0f", row.full.result.perSecond()),
                paced ? "–" : String.format("%.3f", row.full.cpuEach()),
                row.calm.cpuEach(),
                paced ? connections + " open" : String.format("%.0f/s", row.rate),
                pair(direct.whole), pair(through.whole),
                added(direct.whole, through.whole),
                shape.stream() ? added(direct.firstByte, through.firstByte)
                        + (paced ? "; each event " + added(direct.events, through.events) : "") : "–",
                row.rss);
    }

    private static String pair(Load.Samples samples) {
        return String.format("%.2f / %.2f", samples.percentile(0.5), samples.percentile(0.99));
    }

    private static String added(Load.Samples direct, Load.Samples through) {
        return String.format("%.2f / %.2f", through.percentile(0.5) - direct.percentile(0.5),
                through.percentile(0.99) - direct.percentile(0.99));
    }

    private String values(Shape shape, Row row) {
        Map<String, Double> values = new java.util.LinkedHashMap<>();
        Load.Result through = row.calm.result;
        if (shape.pauseMillis() == 0) {
            values.put("closed_requests_per_s", row.full.result.perSecond());
            values.put("closed_direct_requests_per_s", row.fullDirect.perSecond());
            values.put("closed_cpu_ms", row.full.cpuEach());
            values.put("closed_cpu_ms_least_round", row.full.least);
            values.put("closed_cpu_ms_most_round", row.full.most);
            values.put("closed_kernel_share", row.full.system / Math.max(1, row.full.user + row.full.system));
            values.put("closed_compiler_share", row.full.compilerShare());
            values.put("closed_p50_ms", row.full.result.whole.percentile(0.5));
            values.put("closed_p99_ms", row.full.result.whole.percentile(0.99));
            values.put("closed_direct_p50_ms", row.fullDirect.whole.percentile(0.5));
            values.put("closed_direct_p99_ms", row.fullDirect.whole.percentile(0.99));
            values.put("rate_per_s", row.rate);
        }
        values.put("rate_cpu_ms", row.calm.cpuEach());
        values.put("rate_compiler_share", row.calm.compilerShare());
        both(values, "latency", row.calmDirect.whole, through.whole);
        if (shape.stream()) {
            both(values, "first_byte", row.calmDirect.firstByte, through.firstByte);
        }
        if (shape.pauseMillis() > 0) {
            both(values, "event", row.calmDirect.events, through.events);
        }
        values.put("rss_mb", row.rss);
        values.put("other_processes_cores", row.others);
        StringBuilder line = new StringBuilder("bench shape=" + shape.name() + " requests=" + (row.full.result.all
                + through.all) + " errors=" + (row.full.result.errors + through.errors));
        values.forEach((name, value) -> line.append(' ').append(name).append('=').append(String.format("%.3f", value)));
        return line.toString();
    }

    private static void both(Map<String, Double> values, String name, Load.Samples direct, Load.Samples through) {
        for (int percent : new int[] {50, 99}) {
            double one = direct.percentile(percent / 100.0);
            double other = through.percentile(percent / 100.0);
            values.put("direct_" + name + "_p" + percent + "_ms", one);
            values.put("gateway_" + name + "_p" + percent + "_ms", other);
            values.put("added_" + name + "_p" + percent + "_ms", other - one);
        }
    }

    private void print(List<String> lines, List<String> values) throws IOException {
        System.out.println();
        System.out.println("| request | requests/s, closed loop | CPU-ms/request, closed loop | CPU-ms/request, at the rate | rate "
                + "| direct p50 / p99 ms | gateway p50 / p99 ms | added p50 / p99 ms | first byte added p50 / p99 ms | RSS MB |");
        System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        lines.forEach(System.out::println);
        System.out.printf("%nJava %s, %d connections, latencies at the rate given; peak RSS %.0f MB; %d errors%s%n",
                System.getProperty("bench.java", "?"), connections, gateway.memory("VmHWM"), errors,
                firstError == null ? "" : ", the first: " + firstError);
        System.out.printf("Other processes used up to %.2f cores meanwhile%s%n%n", disturbed,
                disturbed > 0.1 ? ": THE FIGURES ARE DISTURBED" : "");
        values.forEach(System.out::println);
    }

    // --- The scenarios ------------------------------------------------------------------------------------------------

    /** Many long streams at once; all must run to their end. */
    private boolean streams() throws Exception {
        int count = Integer.getInteger("bench.streams", 300);
        int seconds = Math.max(2, (int) (60 * scale));
        set(seconds + 6, 1000);
        say("%d streams of %d s, an event a second", count, seconds);
        double[] live = {-1};
        double[] rss = {0};
        try (Load load = new Load(gatewayPort, Load.request(Bodies.ofSize(100 * KB, true)), count, true)) {
            Thread watch = new Thread(() -> {
                try {
                    Thread.sleep(seconds * 800L);
                    rss[0] = gateway.memory("VmRSS");
                    live[0] = gateway.liveHeap();
                } catch (IOException | InterruptedException e) {
                    say("no memory figures: %s", e);
                }
            });
            watch.start();
            Watched.Cpu before = gateway.cpu();
            Load.Result result = check(load.once(seconds + 20), "gateway");
            Watched.Cpu cpu = gateway.cpu().since(before);
            watch.join();
            long expected = (long) count * (seconds + 1);
            System.out.printf("%n| streams | run to their end | events received | event delay p50 / p99 ms | live heap MB | RSS MB "
                    + "| peak RSS MB | CPU-ms an event |%n|---:|---:|---:|---:|---:|---:|---:|---:|%n"
                    + "| %d | %d | %d of %d | %.2f / %.2f | %s | %.0f | %.0f | %.3f |%n", count, result.all,
                    result.events.count(), expected, result.events.percentile(0.5), result.events.percentile(0.99),
                    live[0] < 0 ? "–" : String.format("%.0f", live[0]), rss[0], gateway.memory("VmHWM"),
                    cpu.all() / Math.max(1, result.events.count()));
            System.out.printf("%nbench streams=%d completed=%d errors=%d events=%d expected_events=%d live_heap_mb=%.1f rss_mb=%.1f "
                    + "peak_rss_mb=%.1f first_error=%s%n", count, result.all, result.errors, result.events.count(), expected,
                    live[0], rss[0], gateway.memory("VmHWM"), firstError);
            return result.all == count && result.events.count() == expected;
        }
    }

    /** Clients that leave in the middle of a stream; a second later the upstream must have no connection of theirs. */
    private boolean vanish() throws Exception {
        int count = Integer.getInteger("bench.clients", 50);
        set(10_000, 50);
        try (Load load = new Load(gatewayPort, Load.request(Bodies.ofSize(KB, true)), count, true)) {
            load.sendAll();
            for (int i = 0; i < 200 && load.leastEvents() < 3; i++) {
                load.idle(0.05);
            }
            String before = page("/stats");
            load.vanish();
            StringBuilder course = new StringBuilder();
            String after = before;
            for (int i = 1; i <= 4; i++) {
                Thread.sleep(250);
                after = page("/stats");
                course.append(i == 1 ? "" : ", ").append(open(after));
            }
            System.out.printf("%n| clients | upstream connections before | 0.25, 0.5, 0.75, 1 s after they vanished |%n|---:|---:|---:|%n"
                    + "| %d | %d | %s |%n%nbench vanish=%d before=%d open_after_1s=%d%n", count, open(before), course, count,
                    open(before), open(after));
            return open(before) == count && open(after) == 0;
        }
    }

    /** One of three workspaces is killed: no request may fail, and the slowest must not notice. */
    private boolean dead() throws Exception {
        int events = 11;
        int pauseMillis = 5;
        int latency = (events - 1) * pauseMillis;
        double rate = fixedRate > 0 ? fixedRate : 400;
        double seconds = 10_000 / rate * scale;
        for (int workspace = 1; workspace <= 3; workspace++) {
            page(Integer.getInteger("bench.workspace." + workspace), "/set?events=" + events + "&pause=" + pauseMillis);
        }
        byte[] request = Load.request(Bodies.ofSize(KB, true));
        try (Load direct = new Load(upstreamPort, request, connections, false);
                Load through = new Load(gatewayPort, request, connections, false)) {
            say("warming up, %.0f s", warmUp);
            check(through.closedLoop(warmUp), "gateway");
            Load.Result alone = check(direct.atRate(rate, seconds / 5), "direct");
            Load.Result alive = check(through.atRate(rate, seconds), "gateway");
            ProcessHandle victim = ProcessHandle.of(Long.getLong("bench.upstream.pid")).orElseThrow();
            say("killing a workspace");
            victim.destroy();
            victim.onExit().join();
            Load.Result dead = check(through.atRate(rate, seconds), "gateway");
            double grown = dead.whole.percentile(0.99) - alive.whole.percentile(0.99);
            System.out.printf("%n| three workspaces, %.0f requests/s | requests | failed | p50 / p99 ms |%n|---|---:|---:|---:|%n"
                    + "| direct | %d | %d | %s |%n| all alive | %d | %d | %s |%n| one killed | %d | %d | %s |%n%n"
                    + "bench dead upstream_latency_ms=%d grown_p99_ms=%.2f errors=%d first_error=%s%n", rate,
                    alone.all, alone.errors, pair(alone.whole), alive.all, alive.errors, pair(alive.whole), dead.all, dead.errors,
                    pair(dead.whole), latency, grown, errors, firstError);
            return errors == 0 && grown < latency;
        }
    }

    /** Bursts of token counts; a burst is over with its slowest answer. */
    private boolean counts() throws Exception {
        int bursts = (int) (500 * scale);
        Load.Samples slowest = new Load.Samples();
        try (Counts counts = new Counts(gatewayPort)) {
            say("warming up, %d bursts of %d counts", bursts, Counts.BURST);
            for (int i = 0; i < bursts; i++) {
                counts.slowest();
            }
            for (int i = 0; i < bursts; i++) {
                slowest.add(counts.slowest());
            }
        }
        System.out.printf("%n| %d counts at once | bursts | the slowest of a burst, p50 / p99 ms |%n|---|---:|---:|%n"
                + "| estimated here | %d | %s |%n%nbench counts=%d bursts=%d slowest_p50_ms=%.2f slowest_p99_ms=%.2f%n", Counts.BURST,
                bursts, pair(slowest), Counts.BURST, bursts, slowest.percentile(0.5), slowest.percentile(0.99));
        return slowest.percentile(0.5) < 50;
    }

    private static int open(String stats) {
        return Integer.parseInt(stats.replaceAll(".*\"open\":(\\d+).*", "$1"));
    }

    // --- The profile --------------------------------------------------------------------------------------------------

    private boolean profile(Path directory) throws Exception {
        for (Shape shape : SHAPES.subList(0, 3)) {
            set(shape);
            Path file = directory.resolve(shape.name() + ".jfr");
            try (Load load = load(gatewayPort, shape, false)) {
                say("warming up %s", shape.label());
                check(load.closedLoop(warmUp), "gateway");
                gateway.jcmd("JFR.start", "name=bench", "settings=profile");
                Map<String, Double> before = gateway.cpuByThread();
                Watched.Cpu cpuBefore = gateway.cpu();
                Load.Result result = check(load.closedLoop(15 * scale), "gateway");
                Watched.Cpu cpu = gateway.cpu().since(cpuBefore);
                Map<String, Double> threads = new TreeMap<>(gateway.cpuByThread());
                before.forEach((name, value) -> threads.merge(name, -value, Double::sum));
                gateway.jcmd("JFR.dump", "name=bench", "filename=" + file);
                gateway.jcmd("JFR.stop", "name=bench");
                System.out.printf("%n## %s: %d requests, %.3f CPU-ms each with the recorder on, %.0f %% of it in the kernel%n%n",
                        shape.label(), result.all, cpu.all() / result.all, 100 * cpu.system() / cpu.all());
                System.out.println("CPU by thread:");
                threads.entrySet().stream().filter(entry -> entry.getValue() > cpu.all() / 200)
                        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                        .forEach(entry -> System.out.printf("%6.1f %%  %s%n", 100 * entry.getValue() / cpu.all(), entry.getKey()));
                Profile.print(file, result.all);
            }
        }
        return errors == 0;
    }

    // --- Common -------------------------------------------------------------------------------------------------------

    private Load load(int port, Shape shape, boolean stamps) throws IOException {
        return new Load(port, Load.request(Bodies.ofSize(shape.bytes(), shape.stream())), connections, stamps);
    }

    private Load.Result check(Load.Result result, String where) {
        errors += result.errors;
        if (firstError == null && result.firstError != null) {
            firstError = where + ": " + result.firstError;
            say("an error, %s", firstError);
        }
        return result;
    }

    private void set(Shape shape) throws IOException, InterruptedException {
        set(EVENTS, shape.pauseMillis());
    }

    private void set(int events, int pauseMillis) throws IOException, InterruptedException {
        page("/set?events=" + events + "&pause=" + pauseMillis + "&together=" + Integer.getInteger("bench.together", 1));
    }

    private String page(String path) throws IOException, InterruptedException {
        return page(upstreamPort, path);
    }

    private String page(int port, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        return http.send(HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1).build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }

    private static void say(String text, Object... values) {
        System.err.printf("bench: " + text + "%n", values);
    }
}
