package holdfast.signal;

import holdfast.crypto.Aes;
import holdfast.crypto.Digests;
import holdfast.crypto.Hkdf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The keys of one ratchet message, made from its seed: cipher key, MAC key, IV.
record MessageKeys(byte[] cipherKey, byte[] macKey, byte[] iv) {
  static final int MAC_BYTES = 8;
  private static final byte[] INFO = "WhisperMessageKeys".getBytes(StandardCharsets.US_ASCII);

  static MessageKeys of(byte[] seed) {
    var all = Hkdf.derive(seed, Hkdf.NONE, INFO, 80);
    return new MessageKeys(
        Arrays.copyOf(all, 32), Arrays.copyOfRange(all, 32, 64), Arrays.copyOfRange(all, 64, 80));
  }

  byte[] encrypt(byte[] plaintext) {
    return Aes.cbcEncrypt(cipherKey, iv, plaintext);
  }

  /// @throws holdfast.crypto.Forged if the padding doesn't fit
  byte[] decrypt(byte[] ciphertext) {
    return Aes.cbcDecrypt(cipherKey, iv, ciphertext);
  }

  /// Over both identities, the sender's first, and the message with its version byte.
  byte[] mac(byte[] senderIdentity, byte[] receiverIdentity, byte[] versioned) {
    var full =
        Digests.hmacSha256(
            macKey, WireKeys.typed(senderIdentity), WireKeys.typed(receiverIdentity), versioned);
    return Arrays.copyOf(full, MAC_BYTES);
  }
}
