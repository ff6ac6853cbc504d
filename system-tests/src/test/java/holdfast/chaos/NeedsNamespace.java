package holdfast.chaos;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A test that needs a [Namespace]: Linux, `unshare`, `ip` and `mount`, and a right to use them.
/// Where that is missing the test is skipped, loudly; with `HOLDFAST_REQUIRE_PEERS=1` it
/// fails.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsNamespace.Condition.class)
@interface NeedsNamespace {

  /// Tries it.
  final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (Namespace.canBeMade()) {
        return ConditionEvaluationResult.enabled("a namespace can be made");
      }
      var missing = "no namespace can be made here (unshare -nm, ip link, mount)";
      if ("1".equals(System.getenv("HOLDFAST_REQUIRE_PEERS"))) {
        throw new IllegalStateException(missing + " (HOLDFAST_REQUIRE_PEERS=1)");
      }
      System.err.printf("SKIPPED %s: %s%n", context.getDisplayName(), missing);
      return ConditionEvaluationResult.disabled(missing);
    }
  }
}
