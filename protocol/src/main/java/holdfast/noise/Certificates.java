package holdfast.noise;

import holdfast.crypto.KeyPair;
import java.time.Instant;
import java.util.random.RandomGenerator;

/// WhatsApp's certificate chain over the server's static key: verified in full (protocol page 01 §
/// 5, 1–7).
public final class Certificates {
  /// The real network's root, "WhatsAppLongTerm1".
  public static final byte[] WHATSAPP_ROOT =
      java.util.HexFormat.of()
          .parseHex("142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b");

  private Certificates() {}

  /// @throws NoiseFailure naming the check that failed
  public static void verify(byte[] root, byte[] chain, byte[] serverStatic, Instant now) {
    throw new UnsupportedOperationException();
  }

  /// A serialized chain root → intermediate → leaf(serverStatic), both valid in [notBefore,
  /// notAfter]: for servers on
  /// loopback and for tests.
  public static byte[] issue(
      KeyPair root,
      KeyPair intermediate,
      byte[] serverStatic,
      Instant notBefore,
      Instant notAfter,
      RandomGenerator random) {
    throw new UnsupportedOperationException();
  }
}
