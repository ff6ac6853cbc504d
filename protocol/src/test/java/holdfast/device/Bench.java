package holdfast.device;

import holdfast.client.MemoryStore;
import holdfast.crypto.KeyPair;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import holdfast.store.Account;
import holdfast.store.Batch;
import holdfast.store.Cache;
import holdfast.store.Control;
import holdfast.store.Credentials;
import holdfast.store.Draft;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;

/// A linked device with a store, for the tests of one function at a time.
final class Bench {
  static final Account ACCOUNT =
      new Account(
          Jid.phone("15550100001").withDevice(3),
          Jid.lid("200000000000001").withDevice(3),
          Optional.of("Ann"),
          "test");

  final MemoryStore store = new MemoryStore();
  final Random random = new Random(11);
  Draft draft = new Draft(store.records("t"), new Cache(64));
  Instant now = Instant.parse("2026-01-01T12:00:00Z");

  Bench() {
    var identity = KeyPair.generate(random);
    draft.credentials(
        new Credentials(
            KeyPair.generate(random),
            identity,
            SignedPreKey.generate(1, identity, random),
            Optional.empty(),
            4711,
            new byte[32],
            Optional.empty()));
    draft.control(
        new Control(
            true, "connected", 1, Optional.of(ACCOUNT), Control.Conflicts.NONE, Optional.empty()));
  }

  Context context() {
    return new Context(draft, ACCOUNT, draft.credentials().orElseThrow(), now, random);
  }

  /// Commits, and goes on with a new draft and an empty cache.
  Batch commit() {
    var batch = draft.batch("t", 1);
    store.commit(batch);
    draft = new Draft(store.records("t"), new Cache(64));
    return batch;
  }
}
