/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import jdk.jfr.consumer.RecordedClass;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where a flight recording says CPU and memory go. The recorder samples Java code every 10 ms; a thread in a system call
 * is sampled apart from it, and one that only waits is left out here.
 */
final class Profile {

    private static final int LINES = 25;
    private static final Set<String> WAITS = Set.of("EPoll.wait", "Net.poll", "Net.accept", "Unsafe.park", "Object.wait",
            "Thread.sleep", "NioSocketImpl.park", "Native.epollWait", "EventFD.read", "ProcessHandleImpl.waitForProcessExit0");

    private final Map<String, Double> values = new HashMap<>();
    private double sum;

    private void add(String name, double value) {
        values.merge(name, value, Double::sum);
    }

    static void print(Path file, long requests) throws IOException {
        Profile self = new Profile();
        Profile libraries = new Profile();
        Profile within = new Profile();
        Profile ours = new Profile();
        Profile sites = new Profile();
        Profile ourSites = new Profile();
        Profile classes = new Profile();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (event.getStackTrace() == null || event.getStackTrace().getFrames().isEmpty()) {
                    continue;
                }
                List<RecordedFrame> frames = event.getStackTrace().getFrames();
                switch (event.getEventType().getName()) {
                    case "jdk.ExecutionSample", "jdk.NativeMethodSample" -> {
                        String top = method(frames.get(0));
                        if (WAITS.contains(top)) {
                            continue;
                        }
                        count(self, top, 1);
                        count(libraries, library(frames.get(0)), 1);
                        count(ours, nearest(frames, "io.caravan."), 1);
                        Set<String> seen = new HashSet<>();
                        for (RecordedFrame frame : frames) {
                            if (!library(frame).equals("java") && seen.add(method(frame))) {
                                within.add(method(frame), 1);
                            }
                        }
                        within.sum++;
                    }
                    case "jdk.ObjectAllocationSample" -> {
                        double weight = event.getLong("weight");
                        count(sites, method(frames.get(0)) + "  <- " + nearest(frames, null), weight);
                        count(ourSites, nearest(frames, "io.caravan."), weight);
                        count(classes, ((RecordedClass) event.getValue("objectClass")).getName(), weight);
                    }
                    default -> { }
                }
            }
        }
        System.out.printf("%nSamples: %.0f. By library of the top frame:%n", self.sum);
        libraries.print(12);
        System.out.println("\nBy method, alone:");
        self.print(LINES);
        System.out.println("\nBy method with all it calls (without java.*):");
        within.print(70);
        System.out.println("\nBy the nearest method of the gateway's own:");
        ours.print(LINES);
        System.out.printf("%nAllocated: about %.1f KB a request. By site and nearest method outside java.*:%n",
                sites.sum / 1024 / Math.max(1, requests));
        sites.print(LINES);
        System.out.println("\nAllocated, by the nearest method of the gateway's own:");
        ourSites.print(LINES);
        System.out.println("\nAllocated, by class:");
        classes.print(15);
    }

    private static void count(Profile profile, String name, double value) {
        profile.add(name, value);
        profile.sum += value;
    }

    private void print(int lines) {
        values.entrySet().stream().sorted(Map.Entry.<String, Double>comparingByValue().reversed()).limit(lines)
                .forEach(entry -> System.out.printf("%6.1f %%  %s%n", 100 * entry.getValue() / sum, entry.getKey()));
    }

    private static String nearest(List<RecordedFrame> frames, String start) {
        Function<RecordedFrame, Boolean> fits = frame -> start == null ? !library(frame).equals("java")
                : frame.getMethod().getType().getName().startsWith(start);
        return frames.stream().filter(fits::apply).findFirst().map(Profile::method).orElse("(none)");
    }

    private static String library(RecordedFrame frame) {
        String name = frame.getMethod().getType().getName();
        if (name.startsWith("java.") || name.startsWith("jdk.") || name.startsWith("sun.")) {
            return "java";
        }
        String[] parts = name.split("\\.");
        int kept = name.startsWith("org.apache.") ? 3 : 2;
        return String.join(".", java.util.Arrays.copyOf(parts, Math.min(kept, Math.max(1, parts.length - 1))));
    }

    private static String method(RecordedFrame frame) {
        String name = frame.getMethod().getType().getName();
        return name.substring(name.lastIndexOf('.') + 1) + "." + frame.getMethod().getName();
    }
}
