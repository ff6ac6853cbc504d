package holdfast;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/// What the sandbox may share with the client it is the other side of, and what its world knows.
@AnalyzeClasses(packages = "holdfast.sandbox", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule theTwoSidesOfAConversationAreWrittenApart =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "holdfast.session..",
              "holdfast.client..",
              "holdfast.store..",
              "holdfast.step..",
              "holdfast.device..",
              "holdfast.pairing..",
              "holdfast.message..",
              "holdfast.receipt..",
              "holdfast.group..",
              "holdfast.media..",
              "holdfast.appstate..",
              "holdfast.presence..",
              "holdfast.gateway..")
          .because("what both sides share they get wrong together, and no test would see it")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("holdfast.sandbox.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule theWorldIsPureState =
      noClasses()
          .that()
          .resideInAPackage("holdfast.sandbox.world..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "holdfast.sandbox.server..",
              "holdfast.sandbox.iq..",
              "holdfast.sandbox.phone..",
              "holdfast.sandbox.media..",
              "holdfast.sandbox.control..",
              "io.netty..",
              "io.javalin..",
              "java.net..",
              "java.nio.file..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule nettyHasOneHome =
      noClasses()
          .that()
          .resideOutsideOfPackage("holdfast.sandbox.server..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule theHttpServerServesControlAndMedia =
      noClasses()
          .that()
          .resideOutsideOfPackages("holdfast.sandbox.control..", "holdfast.sandbox.media..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule primitivesComeFromCrypto =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("javax.crypto..", "org.conscrypt..")
          .because("holdfast.crypto is their only user")
          .allowEmptyShould(true);
}
