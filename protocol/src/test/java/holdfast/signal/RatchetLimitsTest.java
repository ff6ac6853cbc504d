package holdfast.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.crypto.BadKey;
import holdfast.crypto.KeyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RatchetLimitsTest {
  private static final byte[] TEXT = {1, 2, 3};

  private final Random random = new Random(1);
  private final Side ann = new Side(random);
  private final Side ben = new Side(random);

  @BeforeEach
  void annKnowsBen() {
    ann.initiate(ben.bundle(true));
    ben.reads(ann.encrypt(TEXT), TEXT);
    ann.reads(ben.encrypt(TEXT), TEXT);
  }

  private static Ratchet.Outcome failed(Ratchet.Reason reason) {
    return new Ratchet.Outcome.Failed(reason);
  }

  private static List<Ciphertext> encrypted(Side side, int count) {
    var all = new ArrayList<Ciphertext>();
    for (var i = 0; i < count; i++) {
      all.add(side.encrypt(TEXT));
    }
    return all;
  }

  @Test
  @DisplayName(
      "2,000 messages can be missing before one, not 2,001, on a new chain as on a known one")
  void jumpsSoFar() {
    var messages = encrypted(ann, 4_003);

    assertThat(ben.decrypt(messages.get(2_001)))
        .isEqualTo(failed(Ratchet.Reason.TOO_FAR_IN_FUTURE));
    ben.reads(messages.get(2_000), TEXT);
    assertThat(ben.decrypt(messages.get(4_002)))
        .isEqualTo(failed(Ratchet.Reason.TOO_FAR_IN_FUTURE));
    ben.reads(messages.get(4_001), TEXT);
  }

  @Test
  @DisplayName("Of 2,001 missing messages the first is given up: it fails, it isn't a duplicate")
  void keepsSoMany() {
    var messages = encrypted(ann, 2_003);
    ben.reads(messages.get(2_000), TEXT);
    ben.reads(messages.get(2_002), TEXT);
    ben.restore();

    assertThat(ben.decrypt(messages.get(0))).isEqualTo(failed(Ratchet.Reason.UNKNOWN));
    assertThat(ben.decrypt(messages.get(2_000))).isInstanceOf(Ratchet.Outcome.Duplicate.class);
    for (var late : List.of(2_001, 1, 999, 1_999)) {
      ben.reads(messages.get(late), TEXT);
      assertThat(ben.decrypt(messages.get(late))).isInstanceOf(Ratchet.Outcome.Duplicate.class);
    }
  }

  @Test
  @DisplayName("Late messages of the five newest chains are read, those of the sixth fail")
  void keepsFiveChains() {
    var late = new ArrayList<Ciphertext>();
    for (var i = 0; i < 6; i++) {
      late.add(ann.encrypt(TEXT));
      ben.reads(ann.encrypt(TEXT), TEXT);
      ann.reads(ben.encrypt(TEXT), TEXT);
      ben.restore();
    }

    assertThat(ben.decrypt(late.get(0))).isEqualTo(failed(Ratchet.Reason.BAD_MAC));
    late.subList(1, 6).forEach(message -> ben.reads(message, TEXT));
  }

  @Test
  @DisplayName("The current ratchet and 40 archived ones can be read, the one before them can't")
  void archivesForty() {
    var late = new ArrayList<Ciphertext>();
    for (var i = 0; i < 42; i++) {
      ann.initiate(ben.bundle(true));
      late.add(ann.encrypt(TEXT));
      ben.reads(ann.encrypt(TEXT), TEXT);
      ann.restore();
      ben.restore();
    }

    assertThat(ben.decrypt(late.get(0))).isEqualTo(failed(Ratchet.Reason.INVALID_KEY_ID));
    late.subList(1, 42).forEach(message -> ben.reads(message, TEXT));
  }

  @Test
  @DisplayName("A late message on an archived ratchet leaves the answer on the newest one")
  void answersOnTheNewest() {
    var late = ann.encrypt(TEXT);
    ann.initiate(ben.bundle(true));
    ben.reads(ann.encrypt(TEXT), TEXT);
    var newest = ben.ratchet.baseKey().orElseThrow();

    ben.reads(late, TEXT);

    assertThat(ben.ratchet.baseKey()).hasValue(newest);
    assertThat(ann.ratchet.baseKey().orElseThrow()).isEqualTo(newest);
    ann.reads(ben.encrypt(TEXT), TEXT);
  }

  @Test
  @DisplayName(
      "Prekey messages repeat until an answer comes, and only the first uses the prekey up")
  void repeatsItsHalf() {
    ann.initiate(ben.bundle(true));
    var first = ann.encrypt(TEXT);
    var second = ann.encrypt(TEXT);
    assertThat(List.of(first.type(), second.type())).containsOnly(Ciphertext.Type.PKMSG);

    var one = (Ratchet.Outcome.Plaintext) ben.decrypt(second);
    var two = (Ratchet.Outcome.Plaintext) ben.decrypt(first);

    assertThat(one.consumed()).isPresent();
    assertThat(two.consumed()).isEmpty();
    assertThat(ben.decrypt(first)).isInstanceOf(Ratchet.Outcome.Duplicate.class);
    ann.reads(ben.encrypt(TEXT), TEXT);
    assertThat(ann.encrypt(TEXT).type()).isEqualTo(Ciphertext.Type.MSG);
  }

  @Test
  @DisplayName("What is known of the other device can be asked, until the ratchet is closed")
  void tellsWhoItIs() {
    assertThat(ben.ratchet.remoteIdentity()).hasValue(ann.self.identity().publicKey());
    assertThat(ben.ratchet.remoteRegistrationId()).hasValue(ann.self.registrationId());
    assertThat(ann.ratchet.remoteIdentity()).hasValue(ben.self.identity().publicKey());
    assertThat(ann.ratchet.remoteRegistrationId()).hasValue(ben.self.registrationId());
    assertThat(ann.ratchet.baseKey().orElseThrow()).isEqualTo(ben.ratchet.baseKey().orElseThrow());
    var late = ann.encrypt(TEXT);

    ben.ratchet = ben.ratchet.closed();

    assertThat(ben.ratchet.isOpen()).isFalse();
    assertThat(ben.ratchet.remoteIdentity()).isEmpty();
    assertThat(ben.ratchet.baseKey()).isEmpty();
    assertThatThrownBy(() -> ben.encrypt(TEXT)).isInstanceOf(IllegalStateException.class);
    ben.reads(late, TEXT);
    assertThat(ben.ratchet.isOpen()).isFalse();
    assertThat(ben.ratchet.closed()).isSameAs(ben.ratchet);
  }

  @Test
  @DisplayName("Each way not to be read has its reason")
  void givesReasons() {
    var stranger = new Side(random);
    var message = ann.encrypt(TEXT);
    assertThat(stranger.decrypt(message)).isEqualTo(failed(Ratchet.Reason.NO_RATCHET));

    ann.initiate(stranger.bundle(true));
    var first = ann.encrypt(TEXT);
    assertThat(ben.decrypt(first)).isNotInstanceOf(Ratchet.Outcome.Plaintext.class);
    assertThat(new Side(random).decrypt(first)).isEqualTo(failed(Ratchet.Reason.INVALID_KEY_ID));
    assertThat(ben.attempt(Ciphertext.Type.SKMSG, message.bytes()))
        .isEqualTo(failed(Ratchet.Reason.INVALID_MESSAGE));
    assertThat(ben.attempt(Ciphertext.Type.MSG, new byte[0]))
        .isEqualTo(failed(Ratchet.Reason.INVALID_MESSAGE));
    var forged = message.bytes().clone();
    forged[forged.length - 1] ^= 1;
    assertThat(ben.attempt(Ciphertext.Type.MSG, forged)).isEqualTo(failed(Ratchet.Reason.BAD_MAC));
  }

  @Test
  @DisplayName("Keys come with or without their type byte; another type is no key")
  void readsBothKeyForms() {
    var message = ann.encrypt(TEXT).bytes();
    assertThat(message[3]).isEqualTo((byte) 5);
    var otherType = message.clone();
    otherType[3] = 6;

    assertThat(ben.attempt(Ciphertext.Type.MSG, otherType))
        .isEqualTo(failed(Ratchet.Reason.INVALID_KEY));
    assertThat(WireKeys.plain(com.google.protobuf.ByteString.copyFrom(new byte[32]))).hasSize(32);
  }

  @Test
  @DisplayName(
      "A bundle that its identity hasn't signed, or whose keys aren't keys, begins nothing")
  void wantsGenuineBundles() {
    var good = ben.bundle(true);
    assertThat(good.isAuthentic()).isTrue();
    var other = KeyPair.generate(random).publicKey();
    var bad =
        List.of(
            new Bundle(1, other, 1, good.signedPreKey(), good.signature(), good.oneTime()),
            new Bundle(1, good.identity(), 1, other, good.signature(), good.oneTime()),
            new Bundle(1, good.identity(), 1, new byte[31], good.signature(), good.oneTime()),
            new Bundle(1, new byte[0], 1, good.signedPreKey(), good.signature(), good.oneTime()),
            new Bundle(1, good.identity(), 1, good.signedPreKey(), new byte[3], good.oneTime()),
            new Bundle(
                1,
                good.identity(),
                1,
                good.signedPreKey(),
                good.signature(),
                Optional.of(new Bundle.OneTime(1, new byte[32]))));
    for (var bundle : bad) {
      assertThatThrownBy(() -> ann.initiate(bundle)).isInstanceOf(BadKey.class);
    }
  }

  @Test
  @DisplayName("What isn't a stored ratchet can't be taken for one")
  void refusesOtherRecords() {
    assertThatThrownBy(() -> Ratchet.decode(new byte[] {9, 9, 9}))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Ratchet.decode(new byte[] {10, 2, 10, 0}))
        .isInstanceOf(IllegalStateException.class);
    assertThat(Ratchet.decode(Ratchet.NONE.encode()).isOpen()).isFalse();
  }
}
