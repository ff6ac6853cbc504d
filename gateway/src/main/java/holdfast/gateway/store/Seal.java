package holdfast.gateway.store;

import holdfast.crypto.Aes;
import holdfast.crypto.Digests;
import holdfast.crypto.Forged;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/// Seals values at rest with AES-256-GCM (R25).
///
/// Each name (kind and key of a record) has a key of its own, HMAC-SHA256(key, name): a sealed
/// value can't be put in another's place, and no AES key ever meets enough random IVs for two to
/// be equal, however often a busy ratchet is written. Sealed: version 1 · IV, 12 bytes ·
/// ciphertext and tag.
public final class Seal {
  private static final byte VERSION = 1;
  private static final int IV_LENGTH = 12;
  private static final int HEAD_LENGTH = 1 + IV_LENGTH;
  private static final byte[] NOTHING = {};
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] key;

  Seal(byte[] key) {
    this.key = key;
  }

  static Seal of(MasterKey master) {
    return new Seal(master.bytes());
  }

  byte[] seal(String name, byte[] plain) {
    var iv = new byte[IV_LENGTH];
    RANDOM.nextBytes(iv);
    var ciphertext = Aes.gcmEncrypt(keyOf(name), iv, NOTHING, plain);
    var sealed = new byte[HEAD_LENGTH + ciphertext.length];
    sealed[0] = VERSION;
    System.arraycopy(iv, 0, sealed, 1, IV_LENGTH);
    System.arraycopy(ciphertext, 0, sealed, HEAD_LENGTH, ciphertext.length);
    return sealed;
  }

  /// @throws Forged when it wasn't sealed by this key under this name
  byte[] open(String name, byte[] sealed) {
    if (sealed.length < HEAD_LENGTH || sealed[0] != VERSION) {
      throw new Forged("no sealed value");
    }
    var iv = Arrays.copyOfRange(sealed, 1, HEAD_LENGTH);
    var ciphertext = Arrays.copyOfRange(sealed, HEAD_LENGTH, sealed.length);
    return Aes.gcmDecrypt(keyOf(name), iv, NOTHING, ciphertext);
  }

  private byte[] keyOf(String name) {
    return Digests.hmacSha256(key, name.getBytes(StandardCharsets.UTF_8));
  }
}
