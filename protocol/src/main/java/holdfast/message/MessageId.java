package holdfast.message;

import holdfast.crypto.Digests;
import holdfast.store.Account;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// WhatsApp's id of a message, made as WhatsApp Web makes it (protocol page 05 § 1). Vectors
/// `misc.json`.
final class MessageId {
  private static final String PREFIX = "3EB0";
  private static final int BUFFER_BYTES = 44;
  private static final int RANDOM_AT = 28;
  private static final int RANDOM_BYTES = 16;
  private static final int HASH_BYTES = 9;

  private MessageId() {}

  /// Draws 16 bytes. Without an account yet, time and chance make it as good.
  static String next(Optional<Account> account, Instant now, RandomGenerator random) {
    return next(account.map(it -> it.jid().user()).orElse(""), now, random);
  }

  static String next(String user, Instant now, RandomGenerator random) {
    var buffer = ByteBuffer.allocate(BUFFER_BYTES).putLong(now.getEpochSecond());
    if (!user.isEmpty()) {
      var name = (user + "@c.us").getBytes(StandardCharsets.UTF_8);
      buffer.put(name, 0, Math.min(name.length, buffer.remaining()));
    }
    var drawn = new byte[RANDOM_BYTES];
    random.nextBytes(drawn);
    buffer.put(RANDOM_AT, drawn);
    var hash = Digests.sha256(buffer.array());
    return PREFIX + HexFormat.of().withUpperCase().formatHex(Arrays.copyOf(hash, HASH_BYTES));
  }
}
