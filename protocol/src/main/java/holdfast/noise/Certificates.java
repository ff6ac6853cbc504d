package holdfast.noise;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.Digests;
import holdfast.crypto.KeyPair;
import holdfast.crypto.XEdDsa;
import holdfast.proto.CertChain;
import holdfast.proto.CertChain.NoiseCertificate;
import holdfast.proto.CertChain.NoiseCertificate.Details;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/// WhatsApp's certificate chain over the server's static key: verified in full (protocol page 01 §
/// 5, 1–7).
///
/// A chain that has been verified under a root for a static key is remembered with its dates, so
/// that ten thousand logins verify two signatures in all; the dates are held against the clock
/// each time.
public final class Certificates {
  /// The real network's root, "WhatsAppLongTerm1".
  public static final byte[] WHATSAPP_ROOT =
      HexFormat.of().parseHex("142375574d0a587166aae71ebe516437c4a28b73e3695c6ce1f7f9545da8ee6b");

  /// When both certificates are valid, in unsigned seconds since 1970, ends included.
  private record Window(long from, long until) {
    Window and(Details details) {
      return new Window(
          Long.compareUnsigned(from, details.getNotBefore()) < 0 ? details.getNotBefore() : from,
          Long.compareUnsigned(until, details.getNotAfter()) > 0 ? details.getNotAfter() : until);
    }
  }

  private static final Window ALWAYS = new Window(0, -1);

  /// A network shows one chain for months; at so many all are forgotten.
  private static final int MAX_REMEMBERED = 64;

  private static final int KEY_BYTES = 32;
  private static final int SIGNATURE_BYTES = 64;
  private static final int ROOT_SERIAL = 0;
  private static final int INTERMEDIATE_SERIAL = 1;
  private static final int LEAF_SERIAL = 2;

  /// By the hash of root, static key and chain; only chains that passed.
  private static final ConcurrentHashMap<ByteBuffer, Window> VERIFIED = new ConcurrentHashMap<>();

  private Certificates() {}

  /// @throws NoiseFailure naming the check that failed
  public static void verify(byte[] root, byte[] chain, byte[] serverStatic, Instant now) {
    require(root.length == KEY_BYTES, "the root key doesn't have 32 bytes");
    require(serverStatic.length == KEY_BYTES, "the server's key doesn't have 32 bytes");
    var name = ByteBuffer.wrap(Digests.sha256(root, serverStatic, chain));
    var window = VERIFIED.get(name);
    if (window == null) {
      window = verified(root, parse(chain), serverStatic);
      if (VERIFIED.size() >= MAX_REMEMBERED) {
        VERIFIED.clear();
      }
      VERIFIED.put(name, window);
    }
    long seconds = now.getEpochSecond();
    require(Long.compareUnsigned(seconds, window.from()) >= 0, "a certificate isn't valid yet");
    require(Long.compareUnsigned(seconds, window.until()) <= 0, "a certificate has expired");
  }

  static int remembered() {
    return VERIFIED.size();
  }

  /// All checks but that of the dates, which it gives.
  private static Window verified(byte[] root, CertChain chain, byte[] serverStatic) {
    var intermediate = chain.getIntermediate();
    var leaf = chain.getLeaf();
    require(isWhole(intermediate), "the intermediate certificate is incomplete");
    require(isWhole(leaf), "the leaf certificate is incomplete");
    require(isSigned(root, intermediate), "the root hasn't signed the intermediate certificate");
    var issuer = details(intermediate);
    require(
        issuer.getIssuerSerial() == ROOT_SERIAL,
        "the intermediate certificate names another issuer than the root");
    var issuerKey = issuer.getKey().toByteArray();
    require(issuerKey.length == KEY_BYTES, "the intermediate key doesn't have 32 bytes");
    require(isSigned(issuerKey, leaf), "the intermediate hasn't signed the leaf certificate");
    var subject = details(leaf);
    require(
        subject.getIssuerSerial() == issuer.getSerial(),
        "the leaf certificate names another issuer than the intermediate");
    require(
        Digests.equal(subject.getKey().toByteArray(), serverStatic),
        "the leaf certificate is for another key than the server's");
    return ALWAYS.and(issuer).and(subject);
  }

  private static boolean isWhole(NoiseCertificate certificate) {
    return certificate.hasDetails()
        && certificate.hasSignature()
        && certificate.getSignature().size() == SIGNATURE_BYTES;
  }

  private static boolean isSigned(byte[] issuerKey, NoiseCertificate certificate) {
    return XEdDsa.verify(
        issuerKey,
        certificate.getDetails().toByteArray(),
        certificate.getSignature().toByteArray());
  }

  private static CertChain parse(byte[] chain) {
    try {
      return CertChain.parseFrom(chain);
    } catch (InvalidProtocolBufferException e) {
      throw new NoiseFailure("the certificate chain is none");
    }
  }

  private static Details details(NoiseCertificate certificate) {
    try {
      return Details.parseFrom(certificate.getDetails());
    } catch (InvalidProtocolBufferException e) {
      throw new NoiseFailure("a certificate's details are none");
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new NoiseFailure(otherwise);
    }
  }

  /// A serialized chain root → intermediate → leaf(serverStatic), both valid in [notBefore,
  /// notAfter]: for servers on loopback and for tests. Draws 128 bytes from `random`.
  public static byte[] issue(
      KeyPair root,
      KeyPair intermediate,
      byte[] serverStatic,
      Instant notBefore,
      Instant notAfter,
      RandomGenerator random) {
    var dates =
        Details.newBuilder()
            .setNotBefore(notBefore.getEpochSecond())
            .setNotAfter(notAfter.getEpochSecond())
            .buildPartial();
    var issuer =
        dates.toBuilder()
            .setSerial(INTERMEDIATE_SERIAL)
            .setIssuerSerial(ROOT_SERIAL)
            .setKey(ByteString.copyFrom(intermediate.publicKey()))
            .build();
    var subject =
        dates.toBuilder()
            .setSerial(LEAF_SERIAL)
            .setIssuerSerial(INTERMEDIATE_SERIAL)
            .setKey(ByteString.copyFrom(serverStatic))
            .build();
    return CertChain.newBuilder()
        .setIntermediate(signed(root, issuer, random))
        .setLeaf(signed(intermediate, subject, random))
        .build()
        .toByteArray();
  }

  private static NoiseCertificate signed(KeyPair issuer, Details details, RandomGenerator random) {
    var bytes = details.toByteArray();
    return NoiseCertificate.newBuilder()
        .setDetails(ByteString.copyFrom(bytes))
        .setSignature(ByteString.copyFrom(XEdDsa.sign(issuer.privateKey(), bytes, random)))
        .build();
  }
}
