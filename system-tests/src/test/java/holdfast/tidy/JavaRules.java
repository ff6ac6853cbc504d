package holdfast.tidy;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.UnionTypeTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// The rules for one Java file, read as syntax so that a string or a comment can't trip them.
final class JavaRules extends TreeScanner<@Nullable Void, @Nullable Void> {
  /// Longer than the aim is a question for the reviewer, longer than the limit is a finding.
  static final int METHOD_AIM = 40;

  static final int METHOD_LIMIT = 60;
  static final int FILE_AIM = 400;
  static final int FILE_LIMIT = 500;
  static final int LINE_LIMIT = 120;

  private static final Map<String, String> BANNED =
      Map.of(
          "Thread.sleep", "wait for a condition or move the clock",
          "TimeUnit.SECONDS.sleep", "wait for a condition or move the clock",
          "TimeUnit.MILLISECONDS.sleep", "wait for a condition or move the clock",
          "System.currentTimeMillis", "take an InstantSource",
          "Mockito", "write a small fake by hand",
          "Disabled", "mend the test or delete it");

  /// Where the world's failures are caught and become inputs, answers or log lines.
  private static final Pattern SHELL =
      Pattern.compile(
          "holdfast\\.(client|gateway\\.(session|outbox|webhook|store|http|cluster)"
              + "|sandbox\\.(server|control))(\\..*)?");

  private static final Pattern EMPTY_NAME =
      Pattern.compile("Abstract[A-Z].*|.*(Manager|Helper|Utils?|Service|Impl|Base)");

  private final Path file;
  private final CompilationUnitTree unit;
  private final SourcePositions positions;
  private final List<Finding> findings = new ArrayList<>();

  private JavaRules(Path file, CompilationUnitTree unit, SourcePositions positions) {
    this.file = file;
    this.unit = unit;
    this.positions = positions;
  }

  static List<Finding> check(Path file, String source) {
    try {
      var compiler = ToolProvider.getSystemJavaCompiler();
      var task =
          (JavacTask)
              compiler.getTask(null, null, _ -> {}, null, null, List.of(new Source(source)));
      var rules =
          new JavaRules(
              file, task.parse().iterator().next(), Trees.instance(task).getSourcePositions());
      rules.checkLines(source.lines().toList());
      rules.scan(rules.unit, null);
      return rules.findings;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void checkLines(List<String> lines) {
    if (lines.size() > FILE_LIMIT) {
      find(
          lines.size(),
          "file of %d lines; at most %d, aim at %d".formatted(lines.size(), FILE_LIMIT, FILE_AIM));
    }
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).length() > LINE_LIMIT) {
        find(
            i + 1,
            "line of %d characters; at most %d".formatted(lines.get(i).length(), LINE_LIMIT));
      }
    }
  }

  @Override
  public @Nullable Void visitMethod(MethodTree method, @Nullable Void nothing) {
    long length = line(positions.getEndPosition(unit, method)) - start(method) + 1;
    if (length > METHOD_LIMIT) {
      find(
          start(method),
          "%s has %d lines; at most %d, aim at %d"
              .formatted(method.getName(), length, METHOD_LIMIT, METHOD_AIM));
    }
    return super.visitMethod(method, null);
  }

  @Override
  public @Nullable Void visitClass(ClassTree type, @Nullable Void nothing) {
    if (EMPTY_NAME.matcher(type.getSimpleName()).matches()) {
      find(start(type), type.getSimpleName() + " says nothing: find the noun of the field");
    }
    return super.visitClass(type, null);
  }

  @Override
  public @Nullable Void visitMemberSelect(MemberSelectTree select, @Nullable Void nothing) {
    ban(select, select.toString());
    if (select.getIdentifier().contentEquals("printStackTrace")) {
      find(start(select), "printStackTrace: log it, with what was being done");
    }
    return super.visitMemberSelect(select, null);
  }

  @Override
  public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void nothing) {
    ban(annotation, annotation.getAnnotationType().toString());
    return super.visitAnnotation(annotation, null);
  }

  @Override
  public @Nullable Void visitImport(ImportTree imported, @Nullable Void nothing) {
    String name = imported.getQualifiedIdentifier().toString();
    if (name.startsWith("org.mockito.")) {
      find(start(imported), "Mockito: " + BANNED.get("Mockito"));
    }
    return null;
  }

  @Override
  public @Nullable Void visitCatch(CatchTree caught, @Nullable Void nothing) {
    Tree type = caught.getParameter().getType();
    List<? extends Tree> types =
        type instanceof UnionTypeTree union ? union.getTypeAlternatives() : List.of(type);
    for (Tree each : types) {
      if (each.toString().matches("(java\\.lang\\.)?(Exception|Throwable)")
          && !SHELL.matcher(room()).matches()) {
        find(start(caught), "catch of " + each + " outside the shell: name what can fail");
      }
    }
    return super.visitCatch(caught, null);
  }

  private void ban(Tree tree, String name) {
    if (BANNED.containsKey(name)) {
      find(start(tree), name + ": " + BANNED.get(name));
    }
  }

  private String room() {
    return unit.getPackageName() == null ? "" : unit.getPackageName().toString();
  }

  private long start(Tree tree) {
    return line(positions.getStartPosition(unit, tree));
  }

  private long line(long position) {
    return position < 0 ? 0 : unit.getLineMap().getLineNumber(position);
  }

  private void find(long line, String what) {
    findings.add(new Finding(file, line, what));
  }

  /// A source text that the compiler may read without a file.
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String text) {
      super(URI.create("string:///Source.java"), JavaFileObject.Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
