package io.caravan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom (docs/architecture.md). */
@AnalyzeClasses(packages = "io.caravan", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseRulesTest {

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
    static final ArchRule formatKnowsNobody = noClasses().that().resideInAPackage("io.caravan.format..")
            .should().dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe("Camel or another room",
                    type -> type.getPackageName().startsWith("org.apache.")
                            || type.getPackageName().startsWith("io.caravan")
                                    && !type.getPackageName().startsWith("io.caravan.format")));

    @ArchTest
    static final ArchRule settingsAndSimulatorStandAlone = noClasses()
            .that().resideInAnyPackage("io.caravan.settings..", "io.caravan.simulator..")
            .should().dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe("another room",
                    type -> type.getPackageName().startsWith("io.caravan")
                            && !type.getPackageName().startsWith("io.caravan.settings")
                            && !type.getPackageName().startsWith("io.caravan.simulator")));

    @ArchTest
    static final ArchRule tokensKnowsFormatAlone = noClasses().that().resideInAPackage("io.caravan.tokens..")
            .should().dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe("Camel or another room",
                    type -> type.getPackageName().startsWith("org.apache.")
                            || type.getPackageName().startsWith("io.caravan")
                                    && !type.getPackageName().startsWith("io.caravan.tokens")
                                    && !type.getPackageName().startsWith("io.caravan.format")));

    @ArchTest
    static final ArchRule nothingStartsAProcess = noClasses()
            .should().dependOnClassesThat().haveNameMatching("java\\.lang\\.(ProcessBuilder|Process)")
            .orShould().callMethod(Runtime.class, "exec", String.class);

    @ArchTest
    static final ArchRule namesSayWhatAThingIs = noClasses()
            .should().haveNameMatching(".*(Util|Utils|Helper|Manager|Service|Impl)");
}
