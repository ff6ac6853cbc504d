package holdfast.system;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// For tests that ask the kernel what a process did, by `strace`.
///
/// Where it is missing the test is skipped and says so on stderr; with `HOLDFAST_REQUIRE_PEERS=1`
/// (as in CI) it fails instead, so that nobody mistakes a skipped proof for a proof.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsStrace.Condition.class)
public @interface NeedsStrace {

  /// Looks for `strace`, and tries whether it may watch.
  final class Condition implements ExecutionCondition {
    private static final Optional<String> MISSING = whatIsMissing();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (MISSING.isEmpty()) {
        return ConditionEvaluationResult.enabled("strace is there");
      }
      if ("1".equals(System.getenv("HOLDFAST_REQUIRE_PEERS"))) {
        throw new IllegalStateException(MISSING.get() + " (HOLDFAST_REQUIRE_PEERS=1)");
      }
      System.err.printf("SKIPPED %s: %s%n", context.getDisplayName(), MISSING.get());
      return ConditionEvaluationResult.disabled(MISSING.get());
    }

    private static Optional<String> whatIsMissing() {
      return watches()
          ? Optional.empty()
          : Optional.of("strace is missing or may not watch: install strace");
    }

    private static boolean watches() {
      try {
        Process strace =
            new ProcessBuilder("strace", "-D", "-f", "-o", "/dev/null", "true")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = strace.waitFor(10, TimeUnit.SECONDS);
        strace.destroyForcibly();
        return ended && strace.exitValue() == 0;
      } catch (IOException _) {
        return false;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
