package holdfast.simulation;

import holdfast.crypto.KeyPair;
import holdfast.signal.Bundle;
import holdfast.signal.Padding;
import holdfast.signal.PreKey;
import holdfast.signal.Ratchet;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Jid;
import holdfast.store.Account;
import holdfast.store.Batch;
import holdfast.store.Cache;
import holdfast.store.Control;
import holdfast.store.Credentials;
import holdfast.store.DeviceList;
import holdfast.store.Draft;
import holdfast.store.PreKeyBook;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// A tenant that is linked and has spoken with its contact already, made once for all seeds: keys
/// and first messages cost more than the rest of a seed.
final class Prepared {
  static final String TENANT = "shop";
  static final int DEVICE = 7;
  static final Jid OWN = Jid.phone("15550100001");
  static final Jid OWN_LID = Jid.lid("210000000000001");
  static final Jid CONTACT = Jid.phone("15550100002");
  static final Jid CONTACT_LID = Jid.lid("210000000000002");
  static final int PREKEYS = 5;

  private static final Instant BEFORE = Instant.parse("2026-01-01T11:00:00Z");

  /// One remote device's own keys.
  record Keys(KeyPair identity, SignedPreKey signed, int registrationId)
      implements Ratchet.PreKeys {
    static Keys generate(SplittableRandom random) {
      var identity = KeyPair.generate(random);
      return new Keys(identity, SignedPreKey.generate(1, identity, random), 77);
    }

    Ratchet.Self self() {
      return new Ratchet.Self(identity, registrationId);
    }

    Bundle bundle() {
      return new Bundle(
          registrationId,
          identity.publicKey(),
          signed.id(),
          signed.pair().publicKey(),
          signed.signature(),
          Optional.empty());
    }

    @Override
    public Optional<KeyPair> oneTime(int id) {
      return Optional.empty();
    }

    @Override
    public Optional<KeyPair> signed(int id) {
      return id == signed.id() ? Optional.of(signed.pair()) : Optional.empty();
    }
  }

  /// `ratchet`: the contact's half of the one with [#DEVICE].
  record Remote(Keys keys, Ratchet ratchet) {}

  private static final SplittableRandom RANDOM = new SplittableRandom(4711);

  static final Credentials CREDENTIALS = Credentials.generate(RANDOM).linked(new byte[] {1});
  static final Remote PERSON;
  static final Remote PHONE;

  /// Everything the tenant's store holds at the beginning.
  static final Batch BEGINNING;

  static {
    var person = Keys.generate(RANDOM);
    var phone = Keys.generate(RANDOM);
    var draft = new Draft(new holdfast.client.MemoryStore().records(TENANT), new Cache(64));
    draft.credentials(CREDENTIALS);
    draft.control(
        Control.NEW.withAccount(
            Optional.of(
                new Account(
                    OWN.withDevice(DEVICE),
                    OWN_LID.withDevice(DEVICE),
                    Optional.of("Shop"),
                    "android"))));
    for (int id = 1; id <= PREKEYS; id++) {
      draft.preKey(new PreKey(id, KeyPair.generate(RANDOM)));
    }
    draft.preKeyBook(PreKeyBook.NEW.withNextId(PREKEYS + 1).uploaded().signedBy(1, BEFORE));
    draft.mapping(OWN, OWN_LID);
    draft.mapping(CONTACT, CONTACT_LID);
    draft.deviceList(OWN_LID, new DeviceList(List.of(0, DEVICE), BEFORE));
    draft.deviceList(CONTACT_LID, new DeviceList(List.of(0), BEFORE));
    PERSON = new Remote(person, acquainted(draft, CONTACT_LID, person));
    PHONE = new Remote(phone, acquainted(draft, OWN_LID, phone));
    BEGINNING = draft.batch(TENANT, 1);
  }

  private Prepared() {}

  /// A first message and its answer, so that both sides go on with short messages.
  private static Ratchet acquainted(Draft draft, Jid device, Keys keys) {
    var self = CREDENTIALS.self();
    var ours = Ratchet.NONE.initiate(self, keys.bundle(), RANDOM);
    var first = ours.encrypt(self, Padding.pad(new byte[] {1}, RANDOM));
    var read =
        (Ratchet.Outcome.Plaintext)
            Ratchet.NONE.decrypt(
                keys.self(), first.ciphertext().type(), first.ciphertext().bytes(), keys, RANDOM);
    var reply = read.next().encrypt(keys.self(), Padding.pad(new byte[] {2}, RANDOM));
    var settled =
        (Ratchet.Outcome.Plaintext)
            first
                .next()
                .decrypt(self, reply.ciphertext().type(), reply.ciphertext().bytes(), keys, RANDOM);
    draft.ratchet(device, settled.next());
    draft.identity(device, keys.identity().publicKey());
    return reply.next();
  }
}
