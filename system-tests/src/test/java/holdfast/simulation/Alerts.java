package holdfast.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/// What the session logs as an error, by thread: a batch that was dropped though the store was well
/// is a bug of ours. Everything else it logs is silenced, for it costs more than the session.
final class Alerts extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private static final ThreadLocal<List<String>> HEARD = ThreadLocal.withInitial(ArrayList::new);

  private final Logger logger = (Logger) LoggerFactory.getLogger("holdfast");
  private final Level before = logger.getLevel();

  Alerts() {
    start();
    logger.setLevel(Level.ERROR);
    logger.setAdditive(false);
    logger.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    var cause = event.getThrowableProxy();
    HEARD
        .get()
        .add(
            event.getFormattedMessage()
                + (cause == null
                    ? ""
                    : ": %s: %s at %s"
                        .formatted(
                            cause.getClassName(),
                            cause.getMessage(),
                            java.util.Arrays.stream(cause.getStackTraceElementProxyArray())
                                .limit(8)
                                .toList())));
  }

  /// What was logged on this thread since the last time.
  static List<String> taken() {
    var heard = HEARD.get();
    if (heard.isEmpty()) {
      return List.of();
    }
    var all = List.copyOf(heard);
    heard.clear();
    return all;
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setAdditive(true);
    logger.setLevel(before);
  }
}
