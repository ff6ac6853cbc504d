package holdfast.store;

import java.time.Instant;

/// A trusted-contact token that an account gave us (`received`, empty array when it gave none
/// yet) and when we last gave it ours (EPOCH when never).
public record TrustedToken(byte[] received, Instant receivedAt, Instant issuedAt) {
  public static final TrustedToken NONE =
      new TrustedToken(new byte[0], Instant.EPOCH, Instant.EPOCH);
}
