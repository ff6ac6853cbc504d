package holdfast.simulation;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/// Plants bugs, one at a time, in a copy of the protocol's source, and lets seeds find them. A bug
/// that survives means that the simulation looks away.
final class Mutants {
  /// Seeds that a bug may survive at most.
  static final long SEEDS = 10_000;

  private static final Path PATCHES = Path.of("system-tests", "src", "test", "mutants");
  private static final Path SOURCE = Path.of("protocol", "src", "main", "java");

  private final PrintStream out;

  Mutants(PrintStream out) {
    this.out = out;
  }

  /// To be called in the root of the tree. True when each was caught.
  boolean run() throws IOException, InterruptedException {
    boolean all = true;
    for (var patch : patches(PATCHES)) {
      var scratch = Files.createTempDirectory("holdfast-mutant");
      try {
        all &= isCaught(patch, scratch);
      } finally {
        delete(scratch);
      }
    }
    return all;
  }

  static List<Path> patches(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".patch")).sorted().toList();
    }
  }

  private boolean isCaught(Path patch, Path scratch) throws IOException, InterruptedException {
    var name = patch.getFileName().toString().replace(".patch", "");
    copy(SOURCE, scratch.resolve(SOURCE));
    var applied =
        run(
            scratch,
            List.of(
                "patch",
                "--batch",
                "--no-backup-if-mismatch",
                "-s",
                "-p1",
                "-i",
                patch.toAbsolutePath() + ""));
    if (applied.code() != 0) {
      out.println(name + ": DOESN'T APPLY ANY MORE\n" + applied.said());
      return false;
    }
    var classes = Files.createDirectories(scratch.resolve("classes"));
    var complaint = compile(scratch.resolve(SOURCE), classes);
    if (complaint.isPresent()) {
      out.println(name + ": DOESN'T COMPILE\n" + complaint.get());
      return false;
    }
    var hunt = hunt(classes);
    out.println(name + ": " + hunt.said().strip());
    return hunt.code() == 1;
  }

  /// Only what the patch has changed: everything else is found compiled.
  private static Optional<String> compile(Path source, Path classes) throws IOException {
    var args =
        new ArrayList<>(
            List.of("-nowarn", "-proc:none", "-d", classes.toString(), "-cp", classPath()));
    try (var files = Files.walk(source)) {
      for (var file :
          (Iterable<Path>) files.filter(it -> it.toString().endsWith(".java"))::iterator) {
        var original = SOURCE.resolve(source.relativize(file).toString());
        if (Files.mismatch(file, original) >= 0) {
          args.add(file.toString());
        }
      }
    }
    var said = new java.io.ByteArrayOutputStream();
    int code =
        ToolProvider.getSystemJavaCompiler().run(null, said, said, args.toArray(String[]::new));
    return code == 0
        ? Optional.empty()
        : Optional.of(said.toString(java.nio.charset.StandardCharsets.UTF_8));
  }

  /// In a process of its own, which finds the mutant before the real thing.
  private static Ran hunt(Path classes) throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return run(
        Path.of("."),
        List.of(
            java,
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
            "-cp",
            classes + File.pathSeparator + classPath(),
            Hunt.class.getName()));
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  private record Ran(int code, String said) {}

  private static Ran run(Path where, List<String> command)
      throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    return new Ran(process.waitFor(), said);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : (Iterable<Path>) files::iterator) {
        var target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
