package holdfast.gateway.http;

import io.javalin.http.Context;
import java.time.Duration;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.IdleTimeout;

/// How long nothing may pass over a connection before it is closed.
final class Idle {
  /// Between two requests, while one is read, and while an answer is written. Longer than common
  /// clients keep what they don't use (30 to 90 s), so that it is they who close it; and unlike
  /// anything that is waited for in here.
  static final Duration STANDARD = Duration.ofSeconds(100);

  /// Longer than any route waits before it answers.
  private static final Duration LONGEST_WORK = Duration.ofMinutes(15);

  private Idle() {}

  /// What is done for a request between its last byte and the first of its answer.
  @FunctionalInterface
  interface Work {
    void run() throws Exception;
  }

  /// Lets the work take its time: Jetty may close a connection whose idle timeout passes at the
  /// very moment at which the answer is written, and then the answer is lost, or the next request.
  static void duringWork(Context request, Work work) throws Exception {
    var metadata =
        ServletContextRequest.getServletContextRequest(request.req()).getConnectionMetaData();
    var end = metadata.getConnection().getEndPoint();
    end.setIdleTimeout(LONGEST_WORK.toMillis());
    try {
      work.run();
    } finally {
      if (end instanceof IdleTimeout idle) {
        idle.notIdle();
      }
      end.setIdleTimeout(metadata.getConnector().getIdleTimeout());
    }
  }
}
