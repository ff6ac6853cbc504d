package holdfast.simulation;

import holdfast.message.Content;
import holdfast.message.SendRequest;
import holdfast.session.Outcome;
import holdfast.stanza.Jid;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// The texts that callers send, some of them again under the same key, and the ids they were told.
final class Texts {
  private final Chance chance;
  private final Map<String, String> sent = new LinkedHashMap<>();
  private int sends;

  Texts(Chance chance) {
    this.chance = chance;
  }

  /// Of a new text, or of one that somebody has sent before.
  int number(boolean repeated) {
    return repeated && sends > 0 ? chance.below(sends) : sends++;
  }

  static SendRequest request(int number, Jid to, SendRequest.WhenBusy whenBusy) {
    return new SendRequest(
        Optional.of("key" + number),
        text(number).getBytes(StandardCharsets.UTF_8),
        to,
        new Content.Text(text(number)),
        whenBusy);
  }

  private static String text(int number) {
    return "out " + number;
  }

  /// The caller's answer.
  void told(int number, Outcome outcome) {
    if (outcome instanceof Outcome.Accepted it) {
      var id = it.row().messageId();
      var before = sent.put(text(number), id);
      if (before != null && !before.equals(id)) {
        throw new Broken("R34: two message ids for one idempotency key");
      }
    }
  }

  /// Each text that was accepted, and its message id.
  void forEach(BiConsumer<String, String> text) {
    sent.forEach(text);
  }
}
