package io.caravan;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

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
    static final ArchRule howAValueIsReadKnowsNobody = onlyKnows("io.caravan.settings.value");

    @ArchTest
    static final ArchRule providersKnowValuesAndFormats =
            onlyKnows("io.caravan.provider", "io.caravan.settings.value", "io.caravan.format");

    @ArchTest
    static final ArchRule settingsKnowProviders =
            onlyKnows("io.caravan.settings", "io.caravan.settings.value", "io.caravan.provider");

    @ArchTest
    static final ArchRule conversionsKnowFormatsAndDialects =
            onlyKnows("io.caravan.convert..", "io.caravan.convert", "io.caravan.provider", "io.caravan.format");

    @ArchTest
    static final ArchRule theSimulatorStandsAlone = onlyKnows("io.caravan.simulator");

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

    /** That the classes of a package know no Camel and, of this house, only the packages named and those within them. */
    private static ArchRule onlyKnows(String room, String... others) {
        return noClasses().that().resideInAPackage(room)
                .should().dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe("Camel or another room",
                        type -> type.getPackageName().startsWith("org.apache.camel")
                                || type.getPackageName().startsWith("io.caravan") && !type.getPackageName().equals(room)
                                        && Stream.of(others).noneMatch(type.getPackageName()::startsWith)));
    }
}
