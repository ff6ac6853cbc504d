package holdfast.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CurveTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private static byte[] hex(String text) {
    return HEX.parseHex(text);
  }

  private static JsonNode vectors(String name) {
    try (var stream = CurveTest.class.getResourceAsStream("/vectors/" + name + ".json")) {
      return new ObjectMapper().readTree(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @DisplayName("X25519 gives RFC 7748's results, natively and by BouncyCastle alike")
  void agreesAsTheRfcSays() {
    var scalar = hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
    var point = hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
    var expected = hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");

    assertThat(X25519.agree(scalar, point)).isEqualTo(expected);
    assertThat(X25519.portably(scalar, point)).isEqualTo(expected);
  }

  @Test
  @DisplayName(
      "Both sides of 200 drawn pairs agree on one secret, and both implementations with them")
  void bothSidesAgree() {
    var random = new Random(1);
    for (var i = 0; i < 200; i++) {
      var ann = KeyPair.generate(random);
      var ben = KeyPair.generate(random);
      assertThat(ann.agree(ben.publicKey())).isEqualTo(ben.agree(ann.publicKey()));
      assertThat(X25519.portably(ann.privateKey(), ben.publicKey()))
          .isEqualTo(ann.agree(ben.publicKey()));
    }
  }

  @Test
  @DisplayName("A key of small order, of a wrong length, is refused")
  void refusesBadKeys() {
    var pair = KeyPair.generate(new Random(2));
    assertThatThrownBy(() -> pair.agree(new byte[32])).isInstanceOf(BadKey.class);
    assertThatThrownBy(() -> pair.agree(new byte[31])).isInstanceOf(BadKey.class);
    assertThatThrownBy(() -> X25519.portably(pair.privateKey(), new byte[32]))
        .isInstanceOf(BadKey.class);
  }

  @Test
  @DisplayName("Every XEdDSA vector verifies, or doesn't, as it should")
  void verifiesVectors() {
    for (var it : vectors("xeddsa").get("cases")) {
      assertThat(
              XEdDsa.verify(
                  hex(it.get("pub").asText()),
                  hex(it.get("msg").asText()),
                  hex(it.get("sig").asText())))
          .as(it.get("name").asText())
          .isEqualTo(it.get("valid").asBoolean());
    }
  }

  @Test
  @DisplayName(
      "What is signed verifies, with both signs of the Edwards point; another message or key doesn't")
  void signsWhatVerifies() {
    var random = new Random(3);
    var signs = new boolean[2];
    for (var i = 0; i < 200; i++) {
      var pair = KeyPair.generate(random);
      var message = new byte[random.nextInt(100)];
      random.nextBytes(message);
      var signature = XEdDsa.sign(pair.privateKey(), message, random);
      signs[signature[63] < 0 ? 1 : 0] = true;
      assertThat(XEdDsa.verify(pair.publicKey(), message, signature)).isTrue();
      signature[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
      assertThat(XEdDsa.verify(pair.publicKey(), message, signature)).isFalse();
    }
    assertThat(signs).containsExactly(true, true);
  }

  @Test
  @DisplayName(
      "A multiple of the base point is the one BouncyCastle's Ed25519 makes of the same scalar")
  void multipliesTheBasePoint() {
    var random = new Random(4);
    for (var i = 0; i < 100; i++) {
      var seed = new byte[32];
      random.nextBytes(seed);
      var expected = new byte[32];
      Ed25519.generatePublicKey(seed, 0, expected, 0);
      var scalar = java.util.Arrays.copyOf(Digests.sha512(seed), 32);
      scalar[0] &= (byte) 0xF8;
      scalar[31] &= 0x7F;
      scalar[31] |= 0x40;
      assertThat(EdwardsBase.multiple(scalar)).isEqualTo(expected);
    }
  }

  @Test
  @DisplayName("Scalar arithmetic is that of integers modulo the order, at its edges too")
  void calculatesModuloTheOrder() {
    var random = new Random(5);
    var edges =
        new byte[][] {little(ORDER, 64), little(ORDER.subtract(BigInteger.ONE), 64), ones()};
    for (var edge : edges) {
      assertThat(Scalar.reduce(edge)).isEqualTo(little(number(edge).mod(ORDER), 32));
    }
    for (var i = 0; i < 2_000; i++) {
      var wide = new byte[64];
      random.nextBytes(wide);
      assertThat(Scalar.reduce(wide)).isEqualTo(little(number(wide).mod(ORDER), 32));
      var a = Scalar.reduce(wide);
      var b = KeyPair.generate(random).privateKey();
      random.nextBytes(wide);
      var c = Scalar.reduce(wide);
      var expected = number(a).multiply(number(b)).add(number(c)).mod(ORDER);
      assertThat(Scalar.multiplyAdd(a, b, c)).isEqualTo(little(expected, 32));
    }
  }

  private static byte[] ones() {
    var bytes = new byte[64];
    java.util.Arrays.fill(bytes, (byte) 0xFF);
    return bytes;
  }

  private static BigInteger number(byte[] little) {
    var big = new byte[little.length];
    for (var i = 0; i < big.length; i++) {
      big[i] = little[little.length - 1 - i];
    }
    return new BigInteger(1, big);
  }

  private static byte[] little(BigInteger number, int length) {
    var bytes = new byte[length];
    for (var i = 0; i < length; i++) {
      bytes[i] = number.shiftRight(8 * i).byteValue();
    }
    return bytes;
  }

  @Test
  @DisplayName("Every HKDF vector comes out, and no salt means 32 zero bytes")
  void derivesVectors() {
    for (var it : vectors("hkdf").get("generic")) {
      var okm = hex(it.get("okm").asText());
      assertThat(
              Hkdf.derive(
                  hex(it.get("ikm").asText()),
                  hex(it.get("salt").asText()),
                  it.get("infoHex") != null
                      ? hex(it.get("infoHex").asText())
                      : it.get("info").asText().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                  okm.length))
          .isEqualTo(okm);
    }
  }

  @Test
  @DisplayName("The pairing code's key derivation and wrapping come out as recorded")
  void wrapsVectors() {
    for (var it : vectors("pairing-code").get("kdf")) {
      assertThat(
              Digests.pbkdf2(
                  it.get("code").asText().getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                  hex(it.get("salt").asText()),
                  it.get("iterations").asInt()))
          .isEqualTo(hex(it.get("key").asText()));
    }
  }

  @Test
  @DisplayName(
      "A flipped bit anywhere makes a GCM ciphertext forged, and the pooled cipher stays fit")
  void tellsForgeries() {
    var random = new Random(6);
    var key = new byte[32];
    random.nextBytes(key);
    for (var i = 0; i < 200; i++) {
      var iv = new byte[12];
      random.nextBytes(iv);
      var plaintext = new byte[random.nextInt(64)];
      random.nextBytes(plaintext);
      var sealed = Aes.gcmEncrypt(key, iv, new byte[] {1}, plaintext);
      assertThat(Aes.gcmDecrypt(key, iv, new byte[] {1}, sealed)).isEqualTo(plaintext);
      sealed[random.nextInt(sealed.length)] ^= 4;
      assertThatThrownBy(() -> Aes.gcmDecrypt(key, iv, new byte[] {1}, sealed))
          .isInstanceOf(Forged.class);
    }
  }
}
