/*
 * Copyright the Caravan authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.caravan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Who may know whom: the table of docs/architecture.md, row by row. */
@AnalyzeClasses(packages = "io.caravan", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseRulesTest {

    private static final String HOUSE = "io.caravan";
    private static final String TOP = "(top)";
    private static final Pattern ROW = Pattern.compile("\\| (\\(top\\)|`[a-z.]+`) \\|.*\\| ([^|]+) \\|");
    private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");

    /** For each room the rooms it may know; those that may know all are not in it. */
    private static Map<String, Set<String>> table() throws IOException {
        Map<String, Set<String>> table = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(Path.of("docs/architecture.md"));
        int from = lines.indexOf("| package of `io.caravan` | what is in it | may know |");
        for (String line : lines.subList(from + 2, lines.size())) {
            if (!line.startsWith("|")) {
                return table;
            }
            MatchResult row = ROW.matcher(line).results().findFirst().orElseThrow(() -> new AssertionError(line));
            Set<String> known = NAME.matcher(row.group(2)).results().map(name -> name.group(1)).collect(Collectors.toSet());
            table.put(row.group(1).replace("`", ""), row.group(2).equals("all") ? Set.of("all") : known);
        }
        return table;
    }

    @ArchTest
    static void eachRoomKnowsWhatItsRowNames(JavaClasses classes) throws IOException {
        Map<String, Set<String>> table = table();
        Set<String> wrong = new TreeSet<>();
        for (JavaClass type : classes) {
            String room = room(table, type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass other = dependency.getTargetClass().getBaseComponentType();
                if (other.getPackageName().startsWith(HOUSE)) {
                    String known = room(table, other);
                    boolean allowed = known.equals(room) || table.get(room).contains("all") || table.get(room).contains(known);
                    if (!allowed) {
                        wrong.add(room + " does not know " + known + ": " + dependency.getDescription());
                    }
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }

    @ArchTest
    static void noRoomIsMissingAndNoneIsTooMany(JavaClasses classes) throws IOException {
        Map<String, Set<String>> table = table();
        assertEquals(table.keySet(), classes.stream().map(type -> room(table, type)).collect(Collectors.toSet()));
    }

    /** The room a class is in: the longest name of the table that its package begins with. */
    private static String room(Map<String, Set<String>> table, JavaClass type) {
        String name = type.getPackageName();
        while (!name.equals(HOUSE)) {
            String room = name.substring(HOUSE.length() + 1);
            if (table.containsKey(room)) {
                return room;
            }
            name = name.substring(0, name.lastIndexOf('.'));
        }
        return TOP;
    }

    @ArchTest
    static final ArchRule noCircle = slices().matching("io.caravan.(*)..").should().beFreeOfCycles()
            .ignoreDependency(JavaClass.Predicates.resideInAPackage("io.caravan.settings"),
                    JavaClass.Predicates.resideInAPackage("io.caravan.provider"));

    @ArchTest
    static final ArchRule clientUpstreamAndBalanceMeetInCall = slices()
            .matching("io.caravan.(client|upstream|balance)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule onlyClientKnowsVertx = noClasses()
            .that().resideOutsideOfPackages("io.caravan.client..", "io.caravan")
            .should().dependOnClassesThat().resideInAnyPackage("io.vertx..", "jakarta.servlet..");

    @ArchTest
    static final ArchRule onlyUpstreamKnowsHttpClient = noClasses()
            .that().resideOutsideOfPackage("io.caravan.upstream..")
            .should().dependOnClassesThat().resideInAnyPackage("org.apache.hc..");

    @ArchTest
    static final ArchRule onlyResilienceKnowsResilience4j = noClasses()
            .that().resideOutsideOfPackages("io.caravan.resilience..", "io.caravan")
            .should().dependOnClassesThat().resideInAnyPackage("io.github.resilience4j..");

    @ArchTest
    static final ArchRule whatKnowsNoRouteKnowsNoCamel = noClasses()
            .that().resideInAnyPackage("io.caravan.format..", "io.caravan.failure..", "io.caravan.learning..",
                    "io.caravan.provider..", "io.caravan.convert..", "io.caravan.settings..", "io.caravan.tokens..")
            .should().dependOnClassesThat().resideInAPackage("org.apache.camel..");

    @ArchTest
    static final ArchRule nothingStartsAProcess = noClasses()
            .should().dependOnClassesThat().haveNameMatching("java\\.lang\\.(ProcessBuilder|Process)")
            .orShould().callMethod(Runtime.class, "exec", String.class);

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = noClasses()
            .should().haveNameMatching(".*(Util|Utils|Helper|Manager|Service|Impl)");
}
