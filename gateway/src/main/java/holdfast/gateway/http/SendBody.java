package holdfast.gateway.http;

import holdfast.crypto.Digests;
import holdfast.gateway.outbox.Recipient;
import holdfast.message.Content;
import holdfast.message.SendRequest;
import holdfast.message.SendRequest.WhenBusy;
import holdfast.stanza.Jid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// One message to be sent, as a request's body says it.
final class SendBody {
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E]{1,255}");
  private static final int LONGEST_ADDRESS = 100;

  private SendBody() {}

  /// @throws Refusal when anything in `body` is wrong
  static SendRequest read(Body body, Optional<String> key) {
    var to = body.text("to", LONGEST_ADDRESS);
    if (body.word("type", List.of("text")).isEmpty() && body.isNull("type")) {
      body.refuse("type", "is needed");
    }
    var text = body.text("text", Content.Text.LIMIT);
    var whenBusy = body.word("whenBusy", List.of("queue", "refuse")).orElse("queue");
    var sendAt = body.instant("sendAt");
    body.end();
    var recipient = recipient(to);
    return new SendRequest(
        key,
        fingerprint(recipient, text, sendAt),
        recipient,
        new Content.Text(text),
        whenBusy.equals("queue") ? WhenBusy.QUEUE : WhenBusy.REFUSE,
        sendAt);
  }

  /// One of many: it may bring its own key; else `key` stands for it.
  static SendRequest readItem(Body body, Optional<String> key) {
    var own = body.optionalText("idempotencyKey", Integer.MAX_VALUE);
    if (own.isPresent() && !isKey(own.get())) {
      body.refuse("idempotencyKey", "must be 1 to 255 visible ASCII characters without blanks");
    }
    return read(body, own.or(() -> key));
  }

  static boolean isKey(String text) {
    return KEY.matcher(text).matches();
  }

  /// Over what is wanted, not how it was written: whoever repeats a request may have its fields in
  /// another order.
  private static byte[] fingerprint(Jid to, String text, Optional<Instant> sendAt) {
    var head = "send\n%s\ntext\n%s\n".formatted(to, sendAt.map(Instant::toString).orElse(""));
    return Digests.sha256(
        head.getBytes(StandardCharsets.UTF_8), text.getBytes(StandardCharsets.UTF_8));
  }

  private static Jid recipient(String to) {
    return switch (Recipient.of(to)) {
      case Recipient.Known known -> known.jid();
      case Recipient.Wrong wrong -> {
        var problem = wrong.phone() ? Problem.INVALID_PHONE_NUMBER : Problem.INVALID_REQUEST;
        throw Refusal.of(problem, "to " + wrong.reason())
            .with("errors", List.of(Map.of("field", "to", "message", wrong.reason())));
      }
    };
  }
}
