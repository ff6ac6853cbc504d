package holdfast.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AesTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] KEY =
      HEX.parseHex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");

  @Test
  @DisplayName("CBC and CTR give the blocks of NIST SP 800-38A, F.2.5 and F.5.5")
  void givesNistBlocks() {
    var plaintext = HEX.parseHex("6bc1bee22e409f96e93d7e117393172a");
    var iv = HEX.parseHex("000102030405060708090a0b0c0d0e0f");
    var counter = HEX.parseHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");

    assertThat(Aes.cbcEncrypt(KEY, iv, plaintext))
        .hasSize(32)
        .startsWith(HEX.parseHex("f58c4c04d6e5f1ba779eabfb5f7bfbd6"));
    assertThat(Aes.ctr(KEY, counter, plaintext))
        .isEqualTo(HEX.parseHex("601ec313775789a5b7a7f504bbf3d228"));
  }

  @Test
  @DisplayName("The same bytes can be sealed twice: a row that is sent again after a crash")
  void sealsAgain() {
    var once = Aes.gcmEncrypt(KEY, new byte[12], Hkdf.NONE, new byte[20]);

    assertThat(Aes.gcmEncrypt(KEY, new byte[12], Hkdf.NONE, new byte[20])).isEqualTo(once);
    assertThat(Aes.gcmDecrypt(KEY, new byte[12], Hkdf.NONE, once)).isEqualTo(new byte[20]);
  }

  @Test
  @DisplayName("Ciphertexts and IVs of any length and content are Forged, nothing else")
  void refusesAnything() {
    var random = new Random(1);
    for (var i = 0; i < 1_000; i++) {
      var iv = new byte[random.nextInt(20)];
      var ciphertext = new byte[random.nextInt(70)];
      random.nextBytes(iv);
      random.nextBytes(ciphertext);
      assertThatThrownBy(() -> Aes.gcmDecrypt(KEY, iv, Hkdf.NONE, ciphertext))
          .isInstanceOf(Forged.class);
      if (iv.length != 16 || ciphertext.length % 16 != 0 || ciphertext.length == 0) {
        assertThatThrownBy(() -> Aes.cbcDecrypt(KEY, iv, ciphertext)).isInstanceOf(Forged.class);
      }
    }
  }

  @Test
  @DisplayName("HMAC gives RFC 4231's results, and takes an empty key")
  void authenticates() {
    assertThat(
            Digests.hmacSha256(
                "Jefe".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                "what do ya want ".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                "for nothing?".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
        .isEqualTo(
            HEX.parseHex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    assertThat(Digests.hmacSha256(Hkdf.NONE))
        .isEqualTo(
            HEX.parseHex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"));
  }
}
