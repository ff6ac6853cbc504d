package holdfast.gateway.webhook;

import java.time.Duration;
import java.util.Optional;

/// How one try went. `status`: what was answered, if anything was.
public record Tried(Answer answer, Optional<Integer> status, Duration duration) {
  /// Why the event wasn't taken.
  public Optional<String> error() {
    return switch (answer) {
      case Answer.Taken _ -> Optional.empty();
      case Answer.Rejected(var rejected) -> Optional.of("rejected with " + rejected);
      case Answer.Gone _ -> Optional.of("gone");
      case Answer.Failed(var reason) -> Optional.of(reason);
    };
  }
}
