package holdfast.signal;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.crypto.KeyPair;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// One device in a conversation of tests: its keys, and its ratchet with the other one.
final class Side implements Ratchet.PreKeys {
  final Ratchet.Self self;
  private final SignedPreKey signed;
  private final Map<Integer, KeyPair> oneTime = new HashMap<>();
  private final RandomGenerator random;
  private int preKeysMade;
  Ratchet ratchet = Ratchet.NONE;

  Side(RandomGenerator random) {
    this.random = random;
    self = new Ratchet.Self(KeyPair.generate(random), random.nextInt(1, 16_381));
    signed = SignedPreKey.generate(1, self.identity(), random);
  }

  /// With a fresh one-time prekey, or without one.
  Bundle bundle(boolean withOneTime) {
    return new Bundle(
        self.registrationId(),
        self.identity().publicKey(),
        signed.id(),
        signed.pair().publicKey(),
        signed.signature(),
        withOneTime ? Optional.of(freshPreKey()) : Optional.empty());
  }

  private Bundle.OneTime freshPreKey() {
    var pair = KeyPair.generate(random);
    oneTime.put(++preKeysMade, pair);
    return new Bundle.OneTime(preKeysMade, pair.publicKey());
  }

  void initiate(Bundle bundle) {
    ratchet = ratchet.initiate(self, bundle, random);
  }

  Ciphertext encrypt(byte[] text) {
    var encrypted = ratchet.encrypt(self, text);
    ratchet = encrypted.next();
    return encrypted.ciphertext();
  }

  /// Only tries: nothing of the outcome is kept.
  Ratchet.Outcome attempt(Ciphertext.Type type, byte[] bytes) {
    return ratchet.decrypt(self, type, bytes, this, random);
  }

  /// Tries and, when it is a plaintext, goes on with what follows from it.
  Ratchet.Outcome decrypt(Ciphertext ciphertext) {
    var outcome = attempt(ciphertext.type(), ciphertext.bytes());
    if (outcome instanceof Ratchet.Outcome.Plaintext plaintext) {
      ratchet = plaintext.next();
      plaintext.consumed().ifPresent(oneTime::remove);
    }
    return outcome;
  }

  void reads(Ciphertext ciphertext, byte[] expected) {
    var outcome = decrypt(ciphertext);
    assertThat(outcome).isInstanceOf(Ratchet.Outcome.Plaintext.class);
    assertThat(((Ratchet.Outcome.Plaintext) outcome).bytes()).isEqualTo(expected);
  }

  /// Through the stored form and back.
  void restore() {
    var stored = ratchet.encode();
    ratchet = Ratchet.decode(stored);
    assertThat(ratchet.encode()).isEqualTo(stored);
  }

  @Override
  public Optional<KeyPair> oneTime(int id) {
    return Optional.ofNullable(oneTime.get(id));
  }

  @Override
  public Optional<KeyPair> signed(int id) {
    return id == signed.id() ? Optional.of(signed.pair()) : Optional.empty();
  }
}
