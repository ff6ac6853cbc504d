package holdfast.chaos;

import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A test that needs a network namespace of its own: Linux, `ip` and `unshare`, and a right to use
/// them. Where that is missing the test is skipped, loudly; with `HOLDFAST_REQUIRE_PEERS=1` it
/// fails.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsNamespace.Condition.class)
@interface NeedsNamespace {

  /// Tries, as root of this machine, then as root of a user namespace.
  final class Condition implements ExecutionCondition {
    private static final List<List<String>> WAYS =
        List.of(List.of("unshare", "-n"), List.of("unshare", "-rn"));

    private static final Optional<List<String>> WAY =
        WAYS.stream().filter(Condition::works).findFirst();

    /// What a command is put behind.
    static List<String> unshare() {
      return WAY.orElseThrow();
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (WAY.isPresent()) {
        return ConditionEvaluationResult.enabled("a network namespace can be made");
      }
      var missing = "no network namespace can be made here (unshare -n, ip link)";
      if ("1".equals(System.getenv("HOLDFAST_REQUIRE_PEERS"))) {
        throw new IllegalStateException(missing + " (HOLDFAST_REQUIRE_PEERS=1)");
      }
      System.err.printf("SKIPPED %s: %s%n", context.getDisplayName(), missing);
      return ConditionEvaluationResult.disabled(missing);
    }

    private static boolean works(List<String> way) {
      var command = new ArrayList<>(way);
      command.addAll(List.of("sh", "-c", "ip link set lo up && ip link set lo down"));
      try {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor() == 0;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
