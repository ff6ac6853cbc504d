package holdfast.tidy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The rules for text of any kind, and those for docs.
final class TextRules {
  /// Written with a gap, so that this file doesn't break its own rules.
  private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");

  private static final Pattern MACHINE_PATH =
      Pattern.compile(
          "(?<![\\w.~}])/(wo"
              + "rk|fa"
              + "rm|ro"
              + "ot|ho"
              + "me/\\w+|Us"
              + "ers/\\w+|tm"
              + "p/hf)/");

  private static final Pattern REGISTRY =
      Pattern.compile(
          "registry\\.npm" + "js|repo1?\\.mav" + "en|repo\\.mav" + "en|pypi\\." + "org");

  private static final Pattern LINK = Pattern.compile("(?<!`)\\[[^\\]`]*\\]\\(([^)\\s]+)\\)");
  private static final Pattern COMMAND = Pattern.compile("(?m)\\./holdfast +([a-z][a-z-]*)");

  private TextRules() {}

  static List<Finding> check(Path file, List<String> lines) {
    var findings = new ArrayList<Finding>();
    for (int i = 0; i < lines.size(); i++) {
      for (Pattern rule : List.of(UNFINISHED, MACHINE_PATH, REGISTRY)) {
        Matcher matcher = rule.matcher(lines.get(i));
        if (matcher.find()) {
          findings.add(new Finding(file, i + 1, matcher.group() + " has no place in the tree"));
        }
      }
    }
    return findings;
  }

  /// Relative links that lead nowhere: a file that isn't there, or a heading that it doesn't have.
  static List<Finding> deadLinks(Tree tree, Path file) {
    var findings = new ArrayList<Finding>();
    List<String> lines = tree.lines(file);
    for (int i = 0; i < lines.size(); i++) {
      Matcher link = LINK.matcher(lines.get(i));
      while (link.find()) {
        if (!leadsSomewhere(tree, file, link.group(1))) {
          findings.add(new Finding(file, i + 1, "dead link " + link.group(1)));
        }
      }
    }
    return findings;
  }

  /// Commands that a page tells its reader to type but that the launcher doesn't know.
  static List<Finding> unknownCommands(Path file, List<String> lines, Set<String> known) {
    var findings = new ArrayList<Finding>();
    for (int i = 0; i < lines.size(); i++) {
      Matcher command = COMMAND.matcher(lines.get(i));
      while (command.find()) {
        if (!known.contains(command.group(1))) {
          findings.add(
              new Finding(file, i + 1, "the launcher knows no command " + command.group(1)));
        }
      }
    }
    return findings;
  }

  private static boolean leadsSomewhere(Tree tree, Path file, String target) {
    if (target.matches("[a-z]+:.*")) {
      return true;
    }
    String[] parts = target.split("#", 2);
    Path folder = file.getParent() == null ? Path.of("") : file.getParent();
    Path path = parts[0].isEmpty() ? file : folder.resolve(parts[0]).normalize();
    if (!tree.holds(path)) {
      return false;
    }
    return parts.length == 1
        || !path.toString().endsWith(".md")
        || headings(tree.lines(path)).contains(parts[1]);
  }

  private static Set<String> headings(List<String> lines) {
    return headingLines(lines).map(TextRules::anchor).collect(Collectors.toSet());
  }

  private static Stream<String> headingLines(List<String> lines) {
    return lines.stream()
        .filter(line -> line.matches("#{1,6} .*"))
        .map(line -> line.replaceFirst("#+ +", ""));
  }

  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
  }
}
