package holdfast.gateway.webhook;

import holdfast.gateway.store.Envelope;
import holdfast.gateway.store.EventLog;
import holdfast.gateway.store.Webhook;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The shape of what an endpoint is sent.
public enum Format {
  /// The envelope, as on every way out.
  HOLDFAST(Webhook.Config.HOLDFAST) {
    @Override
    boolean tells(String type) {
      return true;
    }

    @Override
    String body(EventLog.Entry event) {
      return Envelope.of(event);
    }
  },
  /// What system T's backend is used to (R30).
  SYSTEM_T("system-t") {
    @Override
    boolean tells(String type) {
      return SystemT.status(type).isPresent();
    }

    @Override
    String body(EventLog.Entry event) {
      return SystemT.body(event);
    }
  };

  private final String word;

  Format(String word) {
    this.word = word;
  }

  /// Whether an event of this type is anything in this shape. What isn't is passed over.
  abstract boolean tells(String type);

  abstract String body(EventLog.Entry event);

  static Format of(Webhook webhook) {
    return find(webhook.config().format()).orElse(HOLDFAST);
  }

  private static Optional<Format> find(String word) {
    return Arrays.stream(values()).filter(format -> format.word.equals(word)).findFirst();
  }

  public static List<String> words() {
    return Arrays.stream(values()).map(format -> format.word).toList();
  }
}
