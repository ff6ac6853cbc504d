package holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.client.MemoryStore;
import holdfast.stanza.Jid;
import holdfast.store.Cache;
import holdfast.store.Credentials;
import holdfast.store.Draft;
import holdfast.store.Outbound;
import java.time.Instant;
import java.util.Map;
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
    var store = new MemoryStore();
    var draft = new Draft(store.records("shop"), new Cache(16));
    var row =
        new Outbound(
            "01",
            "3EB0",
            Optional.of("key"),
            new byte[] {1},
            Jid.phone("15550100002"),
            "text",
            new byte[] {2},
            Outbound.State.QUEUED,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of("queued", NOON));
    draft.outbound(row.encrypted(new byte[] {3}, NOON));
    store.commit(draft.batch("shop", 1));

    var relinked = new Draft(store.records("shop"), new Cache(16));
    relinked.linkMade(Credentials.generate(new Random(1)).linked(new byte[] {4}));
    store.commit(relinked.batch("shop", 1));

    var after = store.records("shop").outboundByMessageId("3EB0").orElseThrow();
    assertThat(after.state()).isEqualTo(Outbound.State.QUEUED);
    assertThat(after.stanza()).isEmpty();
    assertThat(after.message()).isEqualTo(row.message());
    assertThat(after.reached()).isEqualTo(row.reached());
  }
}
