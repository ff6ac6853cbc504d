package holdfast;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.ClassesShouldConjunction;
import com.tngtech.archunit.lang.syntax.elements.ClassesThat;

/// The arrows of the server, and the one home that each library has in it.
@AnalyzeClasses(packages = "holdfast.gateway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule neverSeesTheSandbox =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAPackage("holdfast.sandbox..")
          .because("the launcher starts both side by side; nothing private passes between them")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule noCycles =
      slices().matching("holdfast.gateway.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

  @ArchTest
  static final ArchRule databasesLiveInTheStore =
      noneBut("holdfast.gateway.store..")
          .resideInAnyPackage(
              "java.sql..",
              "javax.sql..",
              "org.jdbi..",
              "com.zaxxer..",
              "org.sqlite..",
              "org.postgresql..",
              "org.flywaydb..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule theClusterEngineLivesInClusterAndSession =
      noneBut("holdfast.gateway.cluster..", "holdfast.gateway.session..")
          .resideInAPackage("org.apache.pekko..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule theHttpServerLivesInHttpAndConsole =
      noneBut("holdfast.gateway.http..", "holdfast.gateway.console..")
          .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule metricsLiveInTelemetry =
      noneBut("holdfast.gateway.telemetry..")
          .resideInAnyPackage("io.micrometer..", "io.prometheus..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule primitivesComeFromCrypto =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("javax.crypto..", "org.bouncycastle..", "org.conscrypt..")
          .because("holdfast.crypto is their only user")
          .allowEmptyShould(true);

  /// R2: the one class that opens a WhatsApp socket stands in `holdfast.client`; here nothing has
  /// the means to. Webhooks and look-ups go out by the JDK's HTTP client.
  @ArchTest
  static final ArchRule opensNoSocket =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.netty..", "javax.net")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching(
              "java\\.net\\.Socket|java\\.nio\\.channels\\.\\w*SocketChannel|java\\.net\\.http\\.WebSocket.*")
          .because("R2: one class in the whole tree opens an outbound WhatsApp socket")
          .allowEmptyShould(true);

  private static ClassesThat<ClassesShouldConjunction> noneBut(String... packages) {
    return noClasses().that().resideOutsideOfPackages(packages).should().dependOnClassesThat();
  }
}
