package holdfast.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// For tests in a real browser, which want the system's Chromium and what `npm ci` installs in
/// `browser`. Skipped or failed as with [NeedsNode].
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsBrowser.Condition.class)
public @interface NeedsBrowser {
  /// Looks for Chromium and for the installed driver.
  final class Condition implements ExecutionCondition {
    private static final Optional<String> MISSING = whatIsMissing();

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      if (MISSING.isEmpty()) {
        return ConditionEvaluationResult.enabled("Chromium and its driver are there");
      }
      if ("1".equals(System.getenv("HOLDFAST_REQUIRE_PEERS"))) {
        throw new IllegalStateException(MISSING.get() + " (HOLDFAST_REQUIRE_PEERS=1)");
      }
      System.err.printf("SKIPPED %s: %s%n", context.getDisplayName(), MISSING.get());
      return ConditionEvaluationResult.disabled(MISSING.get());
    }

    private static Optional<String> whatIsMissing() {
      var named = System.getenv("CHROMIUM");
      var chromium = Path.of(named == null ? "/usr/bin/chromium" : named);
      if (!Files.isExecutable(chromium)) {
        return Optional.of("no Chromium at " + chromium + ": install it, or name one in CHROMIUM");
      }
      var driver = BaileysPeer.folder().resolveSibling("browser/node_modules/playwright-core");
      return Files.isDirectory(driver)
          ? Optional.empty()
          : Optional.of("the browser's driver is missing: run `npm ci` in system-tests/browser");
    }
  }
}
