package holdfast.pairing;

import holdfast.store.Credentials;
import java.util.Base64;

/// What a phone scans. Source: protocol page 03 § 2.2; vectors `qr.json`.
public final class QrText {
  private static final String PREFIX = "https://wa.me/settings/linked_devices#";

  /// Platform id 1, Chrome: as the registration payload claims.
  private static final String PLATFORM = "1";

  private QrText() {}

  public static String of(String ref, Credentials credentials) {
    return PREFIX
        + String.join(
            ",",
            ref,
            base64(credentials.noiseKey().publicKey()),
            base64(credentials.identityKey().publicKey()),
            base64(credentials.advSecret()),
            PLATFORM);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
