package holdfast.sandbox.control;

import holdfast.sandbox.world.Refused;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Waits for the world's thread.
final class Waiting {
  private Waiting() {}

  /// @throws Refused as it was thrown on the other thread
  static <T> T on(CompletableFuture<T> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Refused refused) {
        throw refused;
      }
      throw e;
    }
  }
}
