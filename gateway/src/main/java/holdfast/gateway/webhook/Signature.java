package holdfast.gateway.webhook;

import holdfast.crypto.Digests;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/// What proves to a receiver that a body is ours and new: `t=<unix seconds>,v1=<hex of
/// HMAC-SHA256(secret, "<t>.<body>")>`, with one more `v1` for each further secret that is valid.
public final class Signature {
  private static final int SECRET_LENGTH = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Signature() {}

  public static String of(String secret, Instant now, byte[] body) {
    return of(List.of(secret), now, body);
  }

  public static String of(List<String> secrets, Instant now, byte[] body) {
    long time = now.getEpochSecond();
    var text = new StringBuilder("t=").append(time);
    for (var secret : secrets) {
      var mac =
          Digests.hmacSha256(
              secret.getBytes(StandardCharsets.UTF_8),
              (time + ".").getBytes(StandardCharsets.US_ASCII),
              body);
      text.append(",v1=").append(HexFormat.of().formatHex(mac));
    }
    return text.toString();
  }

  public static String newSecret() {
    var bits = new byte[SECRET_LENGTH];
    RANDOM.nextBytes(bits);
    return "whsec_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }
}
