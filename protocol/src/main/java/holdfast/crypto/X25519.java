package holdfast.crypto;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import org.conscrypt.Conscrypt;
import org.conscrypt.OpenSSLX25519PrivateKey;
import org.conscrypt.OpenSSLX25519PublicKey;

/// Diffie-Hellman on Curve25519 (RFC 7748): by BoringSSL where Conscrypt's native part loads, else
/// by BouncyCastle. Both give the
/// same bytes; the native one takes a third of the time.
final class X25519 {
  static final int KEY_BYTES = 32;

  private static final Optional<Pool<KeyAgreement>> NATIVE = nativeAgreements();

  private X25519() {}

  /// BouncyCastle's fixed-base multiplication beats a native agreement with the base point.
  static byte[] publicKey(byte[] privateKey) {
    var result = new byte[KEY_BYTES];
    org.bouncycastle.math.ec.rfc7748.X25519.scalarMultBase(requireKey(privateKey), 0, result, 0);
    return result;
  }

  static byte[] agree(byte[] privateKey, byte[] theirPublicKey) {
    requireKey(theirPublicKey);
    return NATIVE.isPresent()
        ? natively(NATIVE.get(), privateKey, theirPublicKey)
        : portably(privateKey, theirPublicKey);
  }

  private static byte[] natively(
      Pool<KeyAgreement> pool, byte[] privateKey, byte[] theirPublicKey) {
    var agreement = pool.take();
    try {
      agreement.init(new OpenSSLX25519PrivateKey(privateKey));
      agreement.doPhase(new OpenSSLX25519PublicKey(theirPublicKey), true);
      var secret = agreement.generateSecret();
      pool.give(agreement);
      return requireNonZero(secret);
    } catch (GeneralSecurityException e) {
      throw new BadKey("no agreement with this public key");
    }
  }

  static byte[] portably(byte[] privateKey, byte[] theirPublicKey) {
    var secret = new byte[KEY_BYTES];
    org.bouncycastle.math.ec.rfc7748.X25519.scalarMult(privateKey, 0, theirPublicKey, 0, secret, 0);
    return requireNonZero(secret);
  }

  private static byte[] requireKey(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new BadKey("a Curve25519 key has 32 bytes, not " + key.length);
    }
    return key;
  }

  /// In constant time: the secret's bits must not show in how long this takes.
  private static byte[] requireNonZero(byte[] secret) {
    var bits = 0;
    for (var each : secret) {
      bits |= each;
    }
    if (bits == 0) {
      throw new BadKey("a public key of small order");
    }
    return secret;
  }

  private static Optional<Pool<KeyAgreement>> nativeAgreements() {
    try {
      Provider provider = Conscrypt.newProvider();
      var pool =
          new Pool<>(
              () -> {
                try {
                  return KeyAgreement.getInstance("XDH", provider);
                } catch (GeneralSecurityException e) {
                  throw new IllegalStateException("Conscrypt has XDH", e);
                }
              });
      pool.give(pool.take());
      return Optional.of(pool);
    } catch (LinkageError | RuntimeException e) {
      return Optional.empty(); // no native part for this platform: slower, not less
    }
  }
}
