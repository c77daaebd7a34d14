/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A process seen from outside, by {@code /proc} and {@code jcmd}. */
final class Watched {

    /** CPU used so far, in milliseconds. */
    record Cpu(double user, double system) {
        double all() {
            return user + system;
        }

        Cpu since(Cpu before) {
            return new Cpu(user - before.user, system - before.system);
        }
    }

    private final long pid;
    private final double millisPerTick;

    Watched(long pid, int ticksPerSecond) {
        this.pid = pid;
        this.millisPerTick = 1000.0 / ticksPerSecond;
    }

    Cpu cpu() throws IOException {
        return cpu(Path.of("/proc/" + pid + "/stat"));
    }

    private Cpu cpu(Path stat) throws IOException {
        String line = Files.readString(stat);
        String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
        return new Cpu(Long.parseLong(fields[11]) * millisPerTick, Long.parseLong(fields[12]) * millisPerTick);
    }

    /** What all processes of the machine used together, on all cores, in milliseconds. */
    static double machine(int ticksPerSecond) throws IOException {
        String[] fields = Files.readAllLines(Path.of("/proc/stat")).get(0).trim().split("\\s+");
        long busy = 0;
        for (int i = 1; i <= 8; i++) {
            busy += i == 4 || i == 5 ? 0 : Long.parseLong(fields[i]);
        }
        return busy * 1000.0 / ticksPerSecond;
    }

    /** CPU by kind of thread: names without their numbers. */
    Map<String, Double> cpuByThread() throws IOException {
        Map<String, Double> kinds = new TreeMap<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) {
                try {
                    String kind = Files.readString(task.resolve("comm")).trim().replaceAll("[-#.\\d]+$", "");
                    kinds.merge(kind, cpu(task.resolve("stat")).all(), Double::sum);
                } catch (IOException e) {
                    // The thread has ended.
                }
            }
        }
        return kinds;
    }

    /** {@code VmRSS} or {@code VmHWM}, in MB. */
    double memory(String what) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith(what + ":")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        return 0;
    }

    /** Bytes of live objects after a full collection, in MB; negative without jcmd. */
    double liveHeap() {
        String last = jcmd("GC.class_histogram").lines().filter(line -> line.startsWith("Total")).findFirst().orElse(null);
        return last == null ? -1 : Long.parseLong(last.trim().split("\\s+")[2]) / 1024.0 / 1024.0;
    }

    /** What jcmd says, or nothing where there is none. */
    String jcmd(String... command) {
        try {
            String[] line = new String[command.length + 2];
            line[0] = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            line[1] = String.valueOf(pid);
            System.arraycopy(command, 0, line, 2, command.length);
            Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor(30, TimeUnit.SECONDS) ? said : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
