package holdfast;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.netty.bootstrap.Bootstrap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The arrows between the packages of the client library, and what keeps its core pure.
@AnalyzeClasses(packages = "holdfast", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  /// From the lowest floor up. A package sees the floors below it, never its neighbours.
  private static final List<Set<String>> FLOORS =
      List.of(
          Set.of("proto"),
          Set.of("crypto"),
          Set.of("stanza", "noise"),
          Set.of("signal"),
          Set.of("store"),
          Set.of("step"),
          Set.of("device"),
          Set.of("pairing", "message", "receipt", "group", "media", "appstate", "presence"),
          Set.of("session"),
          Set.of("client"));

  private static final Map<String, Integer> FLOOR_OF = floors();

  private static final DescribedPredicate<JavaClass> CORE =
      describe(
          "of the core",
          type ->
              FLOOR_OF.containsKey(room(type)) && !Set.of("proto", "client").contains(room(type)));

  /// Values and abstractions that do no I/O by themselves.
  private static final String HARMLESS_IO =
      "java\\.io\\.(ByteArray\\w+|InputStream|OutputStream|IOException|UncheckedIOException|Serializable)";

  @ArchTest
  static final ArchRule arrowsPointDownwards =
      classes()
          .that(describe("of ours", type -> FLOOR_OF.containsKey(room(type))))
          .should(lookDown());

  @ArchTest
  static final ArchRule everyPackageHasAFloor =
      classes()
          .that()
          .resideInAPackage("holdfast.*..")
          .should(
              new ArchCondition<>("reside in a package that stands in FLOORS") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  if (!FLOOR_OF.containsKey(room(type))) {
                    events.add(
                        SimpleConditionEvent.violated(type, type.getName() + " has no floor"));
                  }
                }
              });

  @ArchTest
  static final ArchRule noCycles = slices().matching("holdfast.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule cryptoIsTheOnlyUserOfPrimitives =
      noClasses()
          .that()
          .resideOutsideOfPackage("holdfast.crypto..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("javax.crypto..", "org.bouncycastle..", "org.conscrypt..");

  @ArchTest
  static final ArchRule wireFormsOfOthersStayWhereTheyAreMapped =
      noClasses()
          .that()
          .resideInAnyPackage("holdfast.crypto..", "holdfast.stanza..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("holdfast.proto..", "com.google.protobuf..");

  @ArchTest
  static final ArchRule coreDoesNoInputOrOutput =
      noClasses()
          .that(CORE)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("java.io").and(DescribedPredicate.not(nameMatching(HARMLESS_IO))))
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.nio.file..",
              "java.nio.channels..",
              "java.net.http..",
              "java.sql..",
              "javax.net..",
              "org.slf4j..",
              "io.netty..",
              "com.google.common.util.concurrent..")
          .orShould()
          .dependOnClassesThat(
              nameMatching("java\\.net\\.(\\w*Socket\\w*|URL|URLConnection|InetAddress)"))
          .because("bytes come in, bytes and effects go out");

  @ArchTest
  static final ArchRule coreStartsNoThread =
      noClasses()
          .that(CORE)
          .should()
          .dependOnClassesThat(
              nameMatching(
                  "java\\.(lang\\.Thread(\\$.*)?|util\\.Timer(Task)?"
                      + "|util\\.concurrent\\.(\\w*Executor\\w*"
                      + "|ForkJoin\\w+|CompletableFuture|StructuredTaskScope.*))"));

  @ArchTest
  static final ArchRule coreReadsNoClock =
      noClasses()
          .that(CORE)
          .should()
          .accessTargetWhere(describe("it reads a clock", ArchitectureTest::readsAClock))
          .because("`now` is a parameter");

  @ArchTest
  static final ArchRule coreMakesNoRandomness =
      noClasses()
          .that(CORE)
          .should()
          .accessTargetWhere(
              describe(
                  "it makes randomness",
                  access ->
                      calls(
                              access,
                              "java.security.SecureRandom",
                              "<init>",
                              "getInstance",
                              "getInstanceStrong")
                          || calls(access, "java.util.Random", "<init>")
                          || calls(access, "java.util.UUID", "randomUUID")
                          || calls(access, "java.lang.Math", "random")
                          || calls(access, "java.util.concurrent.ThreadLocalRandom", "current")))
          .because("`random` is a parameter");

  @ArchTest
  static final ArchRule nettyStandsBehindTheTransport =
      noClasses()
          .that()
          .resideOutsideOfPackage("holdfast.client.*..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.netty..")
          .because("the loop knows only Transport, Alarms, Store and Executor");

  /// R2: what opens a connection is one call in one class; nothing else in this library can.
  @ArchTest
  static void oneClassOpensSockets(JavaClasses all) {
    var openers =
        all.stream()
            .filter(ArchitectureTest::opensASocket)
            .map(ArchitectureTest::outermost)
            .collect(Collectors.toSet());

    assertThat(openers)
        .as("R2: classes that open an outbound socket")
        .containsExactly("holdfast.client.netty.NettyTransport");
  }

  private static boolean opensASocket(JavaClass type) {
    return type.getCodeUnitCallsFromSelf().stream()
        .map(call -> call.getTarget())
        .anyMatch(ArchitectureTest::isAConnect);
  }

  private static boolean isAConnect(CodeUnitCallTarget target) {
    var owner = target.getOwner();
    boolean byNetty = owner.isAssignableTo(Bootstrap.class) && target.getName().equals("connect");
    boolean byChannel =
        owner.getName().matches("java\\.nio\\.channels\\.(Asynchronous)?SocketChannel")
            && target.getName().matches("open|connect");
    boolean byTheJdk =
        owner
            .getName()
            .matches(
                "java\\.net\\.Socket|javax\\.net\\.SocketFactory|java\\.net\\.http\\.WebSocket.*");
    return byNetty || byChannel || byTheJdk;
  }

  private static String outermost(JavaClass type) {
    return type.getName().replaceFirst("\\$.*", "");
  }

  private static ArchCondition<JavaClass> lookDown() {
    return new ArchCondition<>("depend on lower floors only") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getDirectDependenciesFromSelf().stream()
            .filter(dependency -> FLOOR_OF.containsKey(room(dependency.getTargetClass())))
            .filter(dependency -> !room(type).equals(room(dependency.getTargetClass())))
            .filter(dependency -> floor(dependency.getTargetClass()) >= floor(type))
            .forEach(
                dependency ->
                    events.add(
                        SimpleConditionEvent.violated(dependency, dependency.getDescription())));
      }
    };
  }

  private static boolean readsAClock(JavaAccess<?> access) {
    boolean byTime =
        access.getTargetOwner().getPackageName().equals("java.time")
            && access.getTarget().getName().matches("now|system.*|tick.*");
    return byTime
        || calls(access, "java.lang.System", "currentTimeMillis", "nanoTime")
        || calls(access, "java.util.Date", "<init>");
  }

  private static boolean calls(JavaAccess<?> access, String owner, String... names) {
    return access.getTargetOwner().getName().equals(owner)
        && Set.of(names).contains(access.getTarget().getName());
  }

  /// The first package below the root: `holdfast.client.netty` is a part of `client`.
  private static String room(JavaClass type) {
    String[] parts = type.getPackageName().split("\\.", 3);
    return parts.length > 1 && parts[0].equals("holdfast") ? parts[1] : "";
  }

  private static int floor(JavaClass type) {
    return FLOOR_OF.getOrDefault(room(type), Integer.MAX_VALUE);
  }

  private static Map<String, Integer> floors() {
    var floors = new HashMap<String, Integer>();
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      for (String room : FLOORS.get(floor)) {
        floors.put(room, floor);
      }
    }
    return Map.copyOf(floors);
  }
}
