package holdfast.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The files that people write, relative to the root of the tree; what a build makes is left out.
record Tree(Path root, List<Path> files) {
  private static final Set<String> MADE =
      Set.of("target", "node_modules", ".git", ".idea", ".vscode");
  private static final Set<String> MADE_AT_THE_ROOT = Set.of("data", "data-sandbox");

  /// The tree that this module stands in, wherever the test was started from.
  static Tree here() {
    return of(
        Path.of(System.getProperty("basedir", "system-tests"), "..").toAbsolutePath().normalize());
  }

  static Tree of(Path root) {
    try (Stream<Path> all = Files.walk(root)) {
      return new Tree(
          root,
          all.map(root::relativize)
              .filter(Tree::isWritten)
              .filter(file -> isFile(root, file))
              .sorted()
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Stream<Path> ending(String... ends) {
    return files.stream().filter(file -> Stream.of(ends).anyMatch(file.toString()::endsWith));
  }

  Stream<Path> like(Predicate<Path> fits) {
    return files.stream().filter(fits);
  }

  String text(Path file) {
    try {
      return Files.readString(root.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException("unreadable as text: " + file, e);
    }
  }

  List<String> lines(Path file) {
    return text(file).lines().toList();
  }

  boolean holds(Path path) {
    return Files.exists(root.resolve(path));
  }

  private static boolean isFile(Path root, Path file) {
    return Files.isRegularFile(root.resolve(file));
  }

  private static boolean isWritten(Path file) {
    for (Path part : file) {
      if (MADE.contains(part.toString())) {
        return false;
      }
    }
    return !MADE_AT_THE_ROOT.contains(file.getName(0).toString());
  }
}
