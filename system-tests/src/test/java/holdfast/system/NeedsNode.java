package holdfast.system;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// For tests that talk to a real Baileys client, which wants Node and what `npm ci` installs.
///
/// Where these are missing the test is skipped and says so on stderr, so that a developer without
/// Node can work; with `HOLDFAST_REQUIRE_PEERS=1` (as in CI) it fails instead, so that nobody
/// mistakes a skipped proof for a proof.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsNode.Condition.class)
public @interface NeedsNode {

  /// Looks for `node` and for the peer's installed packages.
  final class Condition implements ExecutionCondition {
    private static final Optional<String> MISSING = whatIsMissing();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (MISSING.isEmpty()) {
        return ConditionEvaluationResult.enabled("Node and the peer's packages are there");
      }
      if ("1".equals(System.getenv("HOLDFAST_REQUIRE_PEERS"))) {
        throw new IllegalStateException(MISSING.get() + " (HOLDFAST_REQUIRE_PEERS=1)");
      }
      System.err.printf("SKIPPED %s: %s%n", context.getDisplayName(), MISSING.get());
      return ConditionEvaluationResult.disabled(MISSING.get());
    }

    private static Optional<String> whatIsMissing() {
      if (!nodeAnswers()) {
        return Optional.of("no Node in the PATH: install Node 20 or newer");
      }
      if (!Stream.of(BaileysPeer.Version.values())
          .allMatch(version -> Files.isDirectory(version.packages()))) {
        return Optional.of("the peer's packages are missing: run `npm ci` in system-tests/peer");
      }
      return Optional.empty();
    }

    private static boolean nodeAnswers() {
      try {
        Process node =
            new ProcessBuilder("node", "--version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = node.waitFor(10, TimeUnit.SECONDS);
        node.destroyForcibly();
        return ended && node.exitValue() == 0;
      } catch (IOException _) {
        return false;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
