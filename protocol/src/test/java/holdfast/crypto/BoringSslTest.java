package holdfast.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BoringSslTest {
  @BeforeEach
  void needsTheNativePart() {
    Assumptions.assumeTrue(BoringSsl.isLoaded(), "Conscrypt has no native part for this platform");
  }

  @Test
  @DisplayName("A pair that the library drew is clamped, its halves belong together, it signs")
  void generatesWholePairs() {
    var random = new SecureRandom();
    for (var i = 0; i < 100; i++) {
      var pair = KeyPair.generate(random);
      assertThat(pair.privateKey()).isEqualTo(X25519.clamp(pair.privateKey().clone()));
      assertThat(pair.publicKey()).isEqualTo(X25519.publicKey(pair.privateKey()));
      var signature = XEdDsa.sign(pair, pair.publicKey(), random);
      assertThat(XEdDsa.verify(pair.publicKey(), pair.publicKey(), signature)).isTrue();
    }
  }

  @Test
  @DisplayName("Both libraries judge a signature alike: whole, damaged anywhere, s too big by L")
  void judgesAsBouncyCastle() {
    var random = new Random(11);
    var valid = 0;
    for (var i = 0; i < 300; i++) {
      var pair = KeyPair.generate(random);
      var message = new byte[random.nextInt(50)];
      random.nextBytes(message);
      var signature = XEdDsa.sign(pair, message, random);
      switch (i % 3) {
        case 0 -> valid++;
        case 1 -> signature[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
        default -> addOrder(signature);
      }
      var natively = XEdDsa.verify(pair.publicKey(), message, signature);
      assertThat(natively).isEqualTo(i % 3 == 0);
      assertThat(XEdDsa.verifyPortably(pair.publicKey(), message, signature)).isEqualTo(natively);
    }
    assertThat(valid).isEqualTo(100);
  }

  /// s + L: the same equation holds, but RFC 8032 § 5.1.7 wants s below L.
  private static void addOrder(byte[] signature) {
    var order =
        BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    var carry = 0;
    for (var i = 0; i < 32; i++) {
      carry +=
          (signature[32 + i] & (i == 31 ? 0x7F : 0xFF))
              + (order.shiftRight(8 * i).intValue() & 0xFF);
      signature[32 + i] = (byte) ((signature[32 + i] & (i == 31 ? 0x80 : 0)) | carry);
      carry >>= 8;
    }
  }

  @Test
  @DisplayName("Keys that aren't one, u = −1 and zero among them, verify nothing and don't throw")
  void refusesStrangeKeys() {
    var random = new Random(12);
    var message = new byte[] {1};
    var signature = XEdDsa.sign(KeyPair.generate(random), message, random);
    var minusOne = new byte[32];
    java.util.Arrays.fill(minusOne, (byte) 0xFF);
    minusOne[0] = (byte) 0xEC;
    minusOne[31] = 0x7F;
    for (var key : new byte[][] {new byte[32], minusOne, new byte[0], new byte[33]}) {
      assertThat(XEdDsa.verify(key, message, signature)).isFalse();
      assertThat(XEdDsa.verify(key, message, new byte[64])).isFalse();
    }
    for (var i = 0; i < 300; i++) {
      var key = new byte[32];
      random.nextBytes(key);
      assertThat(XEdDsa.verify(key, message, signature)).isFalse();
    }
    assertThat(XEdDsa.verify(minusOne, message, new byte[63])).isFalse();
  }

  @Test
  @DisplayName("All points of small order are refused, in their second forms too")
  void refusesSmallOrder() {
    var pair = KeyPair.generate(new Random(13));
    var p = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    var ofOrderEight =
        new BigInteger(
            "325606250916557431795983626356110631294008115727848805560023387167927233504");
    var small =
        new BigInteger[] {
          BigInteger.ZERO,
          BigInteger.ONE,
          ofOrderEight,
          p.subtract(BigInteger.ONE),
          p,
          p.add(BigInteger.ONE)
        };
    for (var u : small) {
      var key = new byte[32];
      for (var i = 0; i < 32; i++) {
        key[i] = u.shiftRight(8 * i).byteValue();
      }
      assertThatThrownBy(() -> pair.agree(key)).as(u.toString()).isInstanceOf(BadKey.class);
      assertThatThrownBy(() -> X25519.portably(pair.privateKey(), key)).isInstanceOf(BadKey.class);
    }
  }

  @Test
  @DisplayName("Pooled objects serve a thousand virtual threads at once without mixing them up")
  void servesManyThreads() throws Exception {
    var ann = KeyPair.generate(new Random(14));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks =
          IntStream.range(0, 1_000)
              .<Callable<Boolean>>mapToObj(seed -> () -> roundTrip(ann, new Random(seed)))
              .toList();
      for (var result : threads.invokeAll(tasks)) {
        assertThat(result.get()).isTrue();
      }
    }
  }

  private static boolean roundTrip(KeyPair ann, Random random) {
    var ben = KeyPair.generate(random);
    var secret = ann.agree(ben.publicKey());
    var iv = new byte[16];
    var sealed = Aes.cbcEncrypt(secret, iv, ben.privateKey());
    var signature = XEdDsa.sign(ben, sealed, random);
    var opened = Aes.cbcDecrypt(ben.agree(ann.publicKey()), iv, sealed);
    return Digests.equal(opened, ben.privateKey())
        && XEdDsa.verify(ben.publicKey(), sealed, signature);
  }
}
