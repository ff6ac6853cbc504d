package holdfast.sandbox.phone;

import holdfast.crypto.Aes;
import holdfast.crypto.Digests;
import holdfast.crypto.Forged;
import holdfast.crypto.Hkdf;
import holdfast.crypto.KeyPair;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The primary's side of linking by an 8-character code (protocol page 03 § 3; vectors
/// `pairing-code.json`).
///
/// The code is never sent: both sides hide an ephemeral key under it. The hiding has no MAC, so
/// that a wrong code shows only when the companion's bundle can't be opened.
public final class LinkCode {
  private static final int ITERATIONS = 131_072;
  private static final int WRAPPED = 80;
  private static final byte[] BUNDLE_INFO =
      "link_code_pairing_key_bundle_encryption_key".getBytes(StandardCharsets.UTF_8);
  private static final byte[] SECRET_INFO = "adv_secret".getBytes(StandardCharsets.UTF_8);

  /// What the phone knows once the code is typed: its own ephemeral pair, hidden under the code for
  /// the companion, and what it took for the companion's.
  public record Typed(KeyPair ephemeral, byte[] wrapped, byte[] companionEphemeral) {}

  /// What the companion's bundle held.
  public record Opened(byte[] companionIdentity, byte[] advSecret) {}

  private LinkCode() {}

  /// `A1B2C3D4` for what a person types, with or without dash and spaces.
  public static String normalized(String typed) {
    return typed.replace("-", "").replace(" ", "").toUpperCase(Locale.ROOT);
  }

  /// Slow by design (two key derivations of 131,072 rounds): not for the world's thread.
  /// `wrappedCompanion`: salt 32, iv 16, hidden key 32.
  public static Typed type(String code, byte[] wrappedCompanion, RandomGenerator random) {
    if (wrappedCompanion.length != WRAPPED) {
      throw new Forged("a wrapped key of " + wrappedCompanion.length + " bytes");
    }
    var companionKey = derive(code, Arrays.copyOf(wrappedCompanion, 32));
    var iv = Arrays.copyOfRange(wrappedCompanion, 32, 48);
    var companion = Aes.ctr(companionKey, iv, Arrays.copyOfRange(wrappedCompanion, 48, WRAPPED));
    var ephemeral = KeyPair.generate(random);
    var salt = bytes(32, random);
    var ownIv = bytes(16, random);
    var hidden = Aes.ctr(derive(code, salt), ownIv, ephemeral.publicKey());
    return new Typed(ephemeral, Adv.joined(salt, ownIv, hidden), companion);
  }

  /// Empty when the code was wrong. `bundle`: salt 32, iv 12, sealed 96 + 16.
  public static Optional<Opened> open(
      Typed typed, KeyPair account, byte[] claimedIdentity, byte[] bundle) {
    if (bundle.length != 156) {
      return Optional.empty();
    }
    var shared = typed.ephemeral().agree(typed.companionEphemeral());
    var key = Hkdf.derive(shared, Arrays.copyOf(bundle, 32), BUNDLE_INFO, 32);
    var iv = Arrays.copyOfRange(bundle, 32, 44);
    try {
      var plain = Aes.gcmDecrypt(key, iv, new byte[0], Arrays.copyOfRange(bundle, 44, 156));
      var identity = Arrays.copyOf(plain, 32);
      var primary = Arrays.copyOfRange(plain, 32, 64);
      if (!Digests.equal(identity, claimedIdentity)
          || !Digests.equal(primary, account.publicKey())) {
        return Optional.empty();
      }
      var random = Arrays.copyOfRange(plain, 64, 96);
      var secret =
          Hkdf.derive(
              Adv.joined(shared, account.agree(identity), random), Hkdf.NONE, SECRET_INFO, 32);
      return Optional.of(new Opened(identity, secret));
    } catch (Forged e) {
      return Optional.empty();
    }
  }

  private static byte[] derive(String code, byte[] salt) {
    return Digests.pbkdf2(code.getBytes(StandardCharsets.UTF_8), salt, ITERATIONS);
  }

  private static byte[] bytes(int count, RandomGenerator random) {
    var bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
