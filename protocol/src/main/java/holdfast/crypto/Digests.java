package holdfast.crypto;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.KeySpec;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// Hashes and MACs over several parts, as if they were one.
public final class Digests {
  private static final Pool<MessageDigest> SHA256 = digests("SHA-256");
  private static final Pool<MessageDigest> SHA512 = digests("SHA-512");
  private static final Pool<MessageDigest> SHA1 = digests("SHA-1");
  private static final Pool<MessageDigest> MD5 = digests("MD5");
  private static final Pool<Mac> HMAC_SHA256 = macs("HmacSHA256");
  private static final Pool<Mac> HMAC_SHA512 = macs("HmacSHA512");

  /// HMAC fills a short key up with zeros: one of them is the same key as none, and the JDK takes
  /// it.
  private static final byte[] EMPTY_KEY = {0};

  private Digests() {}

  public static byte[] sha256(byte[]... parts) {
    return digest(SHA256, parts);
  }

  public static byte[] sha512(byte[]... parts) {
    return digest(SHA512, parts);
  }

  public static byte[] sha1(byte[]... parts) {
    return digest(SHA1, parts);
  }

  public static byte[] md5(byte[]... parts) {
    return digest(MD5, parts);
  }

  /// `key`: any length.
  public static byte[] hmacSha256(byte[] key, byte[]... parts) {
    return mac(HMAC_SHA256, "HmacSHA256", key, parts);
  }

  public static byte[] hmacSha512(byte[] key, byte[]... parts) {
    return mac(HMAC_SHA512, "HmacSHA512", key, parts);
  }

  /// PBKDF2-HMAC-SHA256, 32 bytes. `password`: ASCII.
  public static byte[] pbkdf2(byte[] password, byte[] salt, int iterations) {
    var characters = new char[password.length];
    for (var i = 0; i < password.length; i++) {
      characters[i] = (char) (password[i] & 0xFF);
    }
    KeySpec spec = new PBEKeySpec(characters, salt, iterations, 256);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (NoSuchAlgorithmException | InvalidKeySpecException e) {
      throw new IllegalStateException("every JDK has PBKDF2WithHmacSHA256", e);
    }
  }

  /// In constant time; false when the lengths differ.
  public static boolean equal(byte[] a, byte[] b) {
    return MessageDigest.isEqual(a, b);
  }

  private static byte[] digest(Pool<MessageDigest> pool, byte[]... parts) {
    var digest = pool.take();
    for (var part : parts) {
      digest.update(part);
    }
    var result = digest.digest();
    pool.give(digest);
    return result;
  }

  private static byte[] mac(Pool<Mac> pool, String algorithm, byte[] key, byte[]... parts) {
    var mac = pool.take();
    try {
      mac.init(new SecretKeySpec(key.length == 0 ? EMPTY_KEY : key, algorithm));
    } catch (InvalidKeyException e) {
      throw new IllegalStateException("HMAC takes any key", e);
    }
    for (var part : parts) {
      mac.update(part);
    }
    var result = mac.doFinal();
    pool.give(mac);
    return result;
  }

  private static Pool<MessageDigest> digests(String algorithm) {
    return new Pool<>(
        () -> {
          try {
            return MessageDigest.getInstance(algorithm);
          } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
          }
        });
  }

  private static Pool<Mac> macs(String algorithm) {
    return new Pool<>(
        () -> {
          try {
            return Mac.getInstance(algorithm);
          } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
          }
        });
  }
}
