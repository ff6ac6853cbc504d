package holdfast.signal;

import holdfast.crypto.KeyPair;
import holdfast.crypto.XEdDsa;

/// A signed prekey; `signature` is the identity key's XEdDSA over `05 ‖ public`, 64 bytes.
public record SignedPreKey(int id, KeyPair pair, byte[] signature) {
  /// Draws the pair, then the signature's nonce.
  public static SignedPreKey generate(
      int id, KeyPair identity, java.util.random.RandomGenerator random) {
    var pair = KeyPair.generate(random);
    var signature = XEdDsa.sign(identity, WireKeys.typed(pair.publicKey()), random);
    return new SignedPreKey(id, pair, signature);
  }
}
