package holdfast.gateway.webhook;

import holdfast.crypto.Digests;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;

/// What proves to a receiver that a body is ours and new: `t=<unix seconds>,v1=<hex of
/// HMAC-SHA256(secret, "<t>.<body>")>`.
public final class Signature {
  private static final int SECRET_LENGTH = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Signature() {}

  public static String of(String secret, Instant now, byte[] body) {
    long time = now.getEpochSecond();
    var mac =
        Digests.hmacSha256(
            secret.getBytes(StandardCharsets.UTF_8),
            (time + ".").getBytes(StandardCharsets.US_ASCII),
            body);
    return "t=" + time + ",v1=" + HexFormat.of().formatHex(mac);
  }

  public static String newSecret() {
    var bits = new byte[SECRET_LENGTH];
    RANDOM.nextBytes(bits);
    return "whsec_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }
}
