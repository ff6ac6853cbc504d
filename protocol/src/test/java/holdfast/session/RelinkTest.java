package holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.client.MemoryStore;
import holdfast.crypto.KeyPair;
import holdfast.signal.PreKey;
import holdfast.stanza.Jid;
import holdfast.store.Cache;
import holdfast.store.Control;
import holdfast.store.Credentials;
import holdfast.store.Draft;
import holdfast.store.Outbound;
import holdfast.store.PreKeyBook;
import holdfast.store.Rows;
import holdfast.store.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RelinkTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @Test
  @DisplayName(
      "R34: what was encrypted under an older link is queued again, under its id, when a new one is made")
  void queuesAgain() {
    var row = Rows.queued(NOON);
    var after = afterRelink(row.encrypted(new byte[] {3}, NOON));

    assertThat(after.state()).isEqualTo(Outbound.State.QUEUED);
    assertThat(after.stanza()).isEmpty();
    assertThat(after.message()).isEqualTo(row.message());
    assertThat(after.reached()).isEqualTo(row.reached());
  }

  @Test
  @DisplayName(
      "R22, R34: what waits since WhatsApp refused it isn't sent under a new link as it was encrypted")
  void encryptsAnew() {
    var refused = Rows.queued(NOON).encrypted(new byte[] {3}, NOON);
    var held = refused.held(NOON.plusSeconds(60), "new_chats_locked", NOON);

    var scheduled = afterRelink(held);
    assertThat(scheduled.state()).isEqualTo(Outbound.State.SCHEDULED);
    assertThat(scheduled.sendAt()).isEqualTo(held.sendAt());
    assertThat(scheduled.stanza()).isEmpty();
    assertThat(afterRelink(held.due(NOON)).stanza()).isEmpty();
  }

  @Test
  @DisplayName(
      "R27, R34: a relink over credentials that couldn't be read unsends what the old link sent")
  void unsendsWithoutCredentialsAside() {
    var store = new MemoryStore();
    var draft = new Draft(store.records("shop"), new Cache(16));
    draft.outbound(Rows.queued(NOON).encrypted(new byte[] {3}, NOON));
    draft.control(Control.NEW.withFormer(Optional.of(LifeWalk.ACCOUNT)));
    store.commit(draft.batch("shop", 1));

    var proven = new Draft(store.records("shop"), new Cache(16));
    proven.linkProven();
    store.commit(proven.batch("shop", 1));
    var after = store.records("shop").outboundByMessageId("3EB0").orElseThrow();
    assertThat(after.state()).isEqualTo(Outbound.State.QUEUED);
    assertThat(after.stanza()).isEmpty();
  }

  private static Outbound afterRelink(Outbound row) {
    var store = new MemoryStore();
    var draft = new Draft(store.records("shop"), new Cache(16));
    draft.outbound(row);
    store.commit(draft.batch("shop", 1));

    var relinked = new Draft(store.records("shop"), new Cache(16));
    relinked.linkMade(Credentials.generate(new Random(1)).linked(new byte[] {4}));
    store.commit(relinked.batch("shop", 1));
    return store.records("shop").outboundByMessageId("3EB0").orElseThrow();
  }

  @Test
  @DisplayName("R27: the link that is put aside comes back with all it needs to go on")
  void comesBackWhole() {
    var store = new MemoryStore();
    var old = Credentials.generate(new Random(2)).linked(new byte[] {5});
    var ann = Jid.phone("15550100002").withDevice(1);
    var draft = new Draft(store.records("shop"), new Cache(16));
    draft.credentials(old);
    draft.preKeyBook(PreKeyBook.NEW);
    draft.preKey(new PreKey(7, KeyPair.generate(new Random(3))));
    draft.identity(ann, new byte[] {1, 2});
    draft.appStateKey("0a", new byte[] {6});
    store.commit(draft.batch("shop", 1));

    var relinked = new Draft(store.records("shop"), new Cache(16));
    relinked.linkMade(Credentials.generate(new Random(4)).linked(new byte[] {4}));
    relinked.preKey(new PreKey(8, KeyPair.generate(new Random(5))));
    store.commit(relinked.batch("shop", 1));
    var between = new Draft(store.records("shop"), new Cache(16));
    assertThat(between.preKey(7)).isEmpty();
    assertThat(between.identity(ann)).isEmpty();

    between.bringLinkBack();
    store.commit(between.batch("shop", 1));
    var after = new Draft(store.records("shop"), new Cache(16));
    assertThat(after.credentials().orElseThrow().noiseKey().publicKey())
        .isEqualTo(old.noiseKey().publicKey());
    assertThat(after.preKey(7)).isPresent();
    assertThat(after.preKey(8)).isEmpty();
    assertThat(after.identity(ann).orElseThrow()).containsExactly(1, 2);
    assertThat(after.appStateKey("0a").orElseThrow()).containsExactly(6);
    assertThat(asideIn(store)).isEmpty();
  }

  @Test
  @DisplayName("R27: once the new link is proven nothing of the old one is left")
  void forgetsTheOldOne() {
    var store = new MemoryStore();
    var draft = new Draft(store.records("shop"), new Cache(16));
    draft.credentials(Credentials.generate(new Random(2)).linked(new byte[] {5}));
    draft.preKey(new PreKey(7, KeyPair.generate(new Random(3))));
    store.commit(draft.batch("shop", 1));
    var relinked = new Draft(store.records("shop"), new Cache(16));
    relinked.linkMade(Credentials.generate(new Random(4)).linked(new byte[] {4}));
    store.commit(relinked.batch("shop", 1));
    assertThat(asideIn(store)).hasSize(2);

    var proven = new Draft(store.records("shop"), new Cache(16));
    proven.linkProven();
    store.commit(proven.batch("shop", 1));

    assertThat(asideIn(store)).isEmpty();
  }

  private static List<String> asideIn(MemoryStore store) {
    return Table.ASIDE.stream()
        .flatMap(table -> store.records("shop").keys(table, "", 10).stream())
        .toList();
  }
}
