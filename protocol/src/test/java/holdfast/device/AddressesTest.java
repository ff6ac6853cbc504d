package holdfast.device;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.crypto.KeyPair;
import holdfast.signal.Bundle;
import holdfast.signal.Ratchet;
import holdfast.signal.SenderKey;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Jid;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AddressesTest {
  private static final Jid PHONE = Jid.phone("15550100002");
  private static final Jid LID = Jid.lid("200000000000002");
  private static final Jid GROUP = Jid.of("120363025246125486", Jid.GROUP_SERVER);

  private final Bench bench = new Bench();

  @Test
  @DisplayName("R32: without a mapping nothing is guessed")
  void neverGuessed() {
    var person = Addresses.person(bench.draft, LID.withDevice(7), Optional.of("Ben"));

    assertThat(person.jid()).isEqualTo(LID);
    assertThat(person.phone()).isEmpty();
    assertThat(person.lid()).contains(LID);
    assertThat(Addresses.known(bench.draft, PHONE)).isEqualTo(PHONE);
  }

  @Test
  @DisplayName("R32: what is known of a person is said: phone, LID, name")
  void known() {
    Addresses.learn(bench.context(), PHONE, LID);
    var person = Addresses.person(bench.draft, LID.withDevice(7), Optional.of("Ben"));

    assertThat(person.jid()).isEqualTo(PHONE);
    assertThat(person.phone()).contains("+15550100002");
    assertThat(person.pushName()).contains("Ben");
  }

  @Test
  @DisplayName("A number that changed hands leads to its new owner only")
  void changedHands() {
    Addresses.learn(bench.context(), PHONE, LID);
    Addresses.learn(bench.context(), PHONE, Jid.lid("9"));

    assertThat(Addresses.known(bench.draft, PHONE)).isEqualTo(Jid.lid("9"));
    assertThat(Addresses.phoneForm(bench.draft, LID)).isEmpty();
  }

  @Test
  @DisplayName("Nobody is told to be us, and we are nobody else")
  void own() {
    Addresses.learn(bench.context(), Bench.ACCOUNT.jid(), LID);
    Addresses.learn(bench.context(), PHONE, Bench.ACCOUNT.lid());

    assertThat(Addresses.known(bench.draft, Bench.ACCOUNT.jid())).isEqualTo(Bench.ACCOUNT.lid());
    assertThat(Addresses.known(bench.draft, PHONE)).isEqualTo(PHONE);
  }

  @Test
  @DisplayName("When the LID becomes known, ratchets, identities and sender keys move to it")
  void moves() {
    var device = PHONE.withDevice(7);
    bench.draft.ratchet(device, open());
    bench.draft.identity(device, new byte[32]);
    bench.draft.senderKey(GROUP, device, SenderKey.NONE.rotate(bench.random));
    bench.commit();
    Addresses.learn(bench.context(), PHONE, LID);
    bench.commit();

    assertThat(bench.draft.ratchet(LID.withDevice(7)).isOpen()).isTrue();
    assertThat(bench.draft.identity(LID.withDevice(7))).isPresent();
    assertThat(bench.draft.senderKey(GROUP, LID.withDevice(7)).canSend()).isTrue();
    assertThat(bench.draft.ratchet(device).isOpen()).isFalse();
    assertThat(bench.draft.identity(device)).isEmpty();
    assertThat(bench.draft.senderKey(GROUP, device).canSend()).isFalse();
  }

  @Test
  @DisplayName("What exists under the LID is newer and stays")
  void keepsNewer() {
    var newer = open();
    bench.draft.ratchet(PHONE, open());
    bench.draft.ratchet(LID, newer);
    Addresses.learn(bench.context(), PHONE, LID);

    assertThat(bench.draft.ratchet(LID).baseKey().orElseThrow())
        .isEqualTo(newer.baseKey().orElseThrow());
  }

  @Test
  @DisplayName("A number that begins as another isn't touched by its move")
  void prefixes() {
    var other = Jid.phone("155501000021");
    bench.draft.ratchet(other, open());
    bench.draft.ratchet(PHONE, open());
    bench.commit();
    Addresses.learn(bench.context(), PHONE, LID);

    assertThat(bench.draft.ratchet(other).isOpen()).isTrue();
  }

  @Test
  @DisplayName("R32: a key that an older version kept under an odd name doesn't stop the move")
  void oddGroup() {
    var odd = Jid.of("a/b", Jid.GROUP_SERVER);
    bench.draft.ratchet(PHONE, open());
    bench.draft.senderKey(odd, PHONE, SenderKey.NONE.rotate(bench.random));
    bench.draft.senderKey(GROUP, PHONE, SenderKey.NONE.rotate(bench.random));
    bench.commit();
    Addresses.learn(bench.context(), PHONE, LID);

    assertThat(bench.draft.ratchet(LID).isOpen()).isTrue();
    assertThat(bench.draft.senderKey(GROUP, LID).canSend()).isTrue();
  }

  private Ratchet open() {
    var identity = KeyPair.generate(bench.random);
    var signed = SignedPreKey.generate(1, identity, bench.random);
    return Ratchet.NONE.initiate(
        bench.context().credentials().self(),
        bundle(identity.publicKey(), signed.pair().publicKey(), signed.signature()),
        bench.random);
  }

  private static Bundle bundle(byte[] identity, byte[] signed, byte[] signature) {
    return new Bundle(1, identity, 1, signed, signature, Optional.empty());
  }
}
