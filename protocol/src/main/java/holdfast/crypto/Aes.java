package holdfast.crypto;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-256 in the modes WhatsApp uses. Keys are 32 bytes. Cipher objects are pooled and reused.
public final class Aes {
  private static final int TAG_BITS = 128;
  private static final String GCM_NAME = "AES/GCM/NoPadding";

  private static final Pool<Cipher> GCM = ciphers(GCM_NAME);
  private static final Pool<Cipher> CBC = ciphers("AES/CBC/PKCS5Padding");
  private static final Pool<Cipher> CTR = ciphers("AES/CTR/NoPadding");

  private Aes() {}

  /// AES-GCM with a 12-byte IV; the 16-byte tag is appended.
  public static byte[] gcmEncrypt(byte[] key, byte[] iv, byte[] additional, byte[] plaintext) {
    try {
      return gcm(Cipher.ENCRYPT_MODE, key, iv, additional, plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM can't encrypt", e);
    }
  }

  /// @throws Forged if the tag doesn't fit
  public static byte[] gcmDecrypt(byte[] key, byte[] iv, byte[] additional, byte[] ciphertext) {
    try {
      return gcm(Cipher.DECRYPT_MODE, key, iv, additional, ciphertext);
    } catch (GeneralSecurityException e) {
      throw new Forged("the tag doesn't fit");
    }
  }

  private static byte[] gcm(int mode, byte[] key, byte[] iv, byte[] additional, byte[] input)
      throws GeneralSecurityException {
    var cipher = GCM.take();
    var parameters = new GCMParameterSpec(TAG_BITS, iv);
    try {
      cipher.init(mode, new SecretKeySpec(key, "AES"), parameters);
    } catch (InvalidAlgorithmParameterException e) {
      // The JDK's object refuses to encrypt under the key and IV that it used last. Whoever makes
      // the same bytes again, from a row after a crash, may: a fresh object judges the IV alone.
      cipher = fresh(GCM_NAME);
      cipher.init(mode, new SecretKeySpec(key, "AES"), parameters);
    }
    if (additional.length > 0) {
      cipher.updateAAD(additional);
    }
    var output = cipher.doFinal(input);
    GCM.give(cipher);
    return output;
  }

  /// AES-CBC with PKCS#7 padding and a 16-byte IV.
  public static byte[] cbcEncrypt(byte[] key, byte[] iv, byte[] plaintext) {
    try {
      return run(CBC, Cipher.ENCRYPT_MODE, key, new IvParameterSpec(iv), plaintext);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-CBC can't encrypt", e);
    }
  }

  /// @throws Forged if length or padding don't fit
  public static byte[] cbcDecrypt(byte[] key, byte[] iv, byte[] ciphertext) {
    if (ciphertext.length == 0) {
      throw new Forged("there is always a block of padding"); // the JDK makes nothing of nothing
    }
    try {
      return run(CBC, Cipher.DECRYPT_MODE, key, new IvParameterSpec(iv), ciphertext);
    } catch (GeneralSecurityException e) {
      throw new Forged("length or padding don't fit");
    }
  }

  /// AES-CTR with a 16-byte initial counter block; encrypts and decrypts.
  public static byte[] ctr(byte[] key, byte[] iv, byte[] input) {
    try {
      return run(CTR, Cipher.ENCRYPT_MODE, key, new IvParameterSpec(iv), input);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-CTR takes any input", e);
    }
  }

  /// A cipher that throws isn't given back.
  private static byte[] run(
      Pool<Cipher> pool, int mode, byte[] key, AlgorithmParameterSpec parameters, byte[] input)
      throws GeneralSecurityException {
    var cipher = pool.take();
    cipher.init(mode, new SecretKeySpec(key, "AES"), parameters);
    var output = cipher.doFinal(input);
    pool.give(cipher);
    return output;
  }

  private static Pool<Cipher> ciphers(String transformation) {
    return new Pool<>(() -> fresh(transformation));
  }

  private static Cipher fresh(String transformation) {
    try {
      return Cipher.getInstance(transformation);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + transformation, e);
    }
  }
}
