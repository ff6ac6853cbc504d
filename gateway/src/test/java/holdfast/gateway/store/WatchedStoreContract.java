package holdfast.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.store.Event;
import holdfast.store.Outbound;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What the store shows of itself to those who watch, on each engine.
abstract class WatchedStoreContract extends TwoTenants {
  @Test
  @DisplayName("R28 A timeline is read backwards page by page, each transition once")
  void pages() {
    IntStream.range(0, 7).forEach(n -> reached("shop", "s" + n, NOON.plusSeconds(n)));
    reached("inn", "other", NOON);
    var first = database.timeline().before("shop", Long.MAX_VALUE, Instant.EPOCH, 4);
    var rest = database.timeline().before("shop", first.getLast().id(), Instant.EPOCH, 4);

    assertThat(first)
        .extracting(Timeline.Transition::state)
        .containsExactly("s6", "s5", "s4", "s3");
    assertThat(rest).extracting(Timeline.Transition::state).containsExactly("s2", "s1", "s0");
    assertThat(first.getFirst().code()).hasValue(440);
    assertThat(first.getFirst().text()).hasValue("replaced");
    assertThat(first.getFirst().generation()).isEqualTo(3);
    assertThat(database.timeline().before("shop", Long.MAX_VALUE, NOON.plusSeconds(5), 10))
        .hasSize(2);
  }

  @Test
  @DisplayName("R28 Of each tenant the newest transitions are kept, and no more")
  void trims() {
    IntStream.range(0, 9).forEach(n -> reached("shop", "s" + n, NOON));
    IntStream.range(0, 3).forEach(n -> reached("inn", "i" + n, NOON));

    assertThat(database.timeline().trim(3)).isEqualTo(6);
    assertThat(database.timeline().trim(3)).isZero();
    assertThat(database.timeline().newest("shop", 10))
        .extracting(Timeline.Transition::state)
        .containsExactly("s8", "s7", "s6");
    assertThat(database.timeline().newest("inn", 10)).hasSize(3);
  }

  @Test
  @DisplayName("R39 What waits to be sent is counted for a tenant and for all, with its age")
  void countsTheOutbox() {
    var id = Ulid.at(NOON);
    commit("shop", row(id, Outbound.State.QUEUED, NOON));
    commit("shop", row(Ulid.at(NOON.plusSeconds(5)), Outbound.State.SENDING, NOON));
    commit("shop", row(Ulid.at(NOON.minusSeconds(5)), Outbound.State.SENT, NOON));
    commit("inn", row(Ulid.at(NOON.plusSeconds(9)), Outbound.State.QUEUED, NOON));

    assertThat(database.depths().outbox("shop"))
        .isEqualTo(new Depths.Outbox(1, 1, Optional.of(NOON)));
    assertThat(database.depths().outbox()).isEqualTo(new Depths.Outbox(2, 1, Optional.of(NOON)));
    assertThat(database.depths().outbox("nobody"))
        .isEqualTo(new Depths.Outbox(0, 0, Optional.empty()));
  }

  @Test
  @DisplayName("R39 What webhooks haven't been told is counted, with the age of the oldest")
  void countsWebhooksBehind() {
    assertThat(database.depths().webhooks()).isEqualTo(new Depths.Webhooks(0, 0, Optional.empty()));
    webhook(false);
    reached("shop", "connected", NOON);
    reached("shop", "stopped", NOON.plusSeconds(1));
    reached("inn", "connected", NOON);

    assertThat(database.depths().webhooks())
        .isEqualTo(new Depths.Webhooks(1, 2, Optional.of(NOON)));
  }

  @Test
  @DisplayName("R39 A webhook that was paused on purpose isn't behind")
  void passesPausedWebhooks() {
    webhook(true);
    reached("shop", "connected", NOON);
    assertThat(database.depths().webhooks()).isEqualTo(new Depths.Webhooks(0, 0, Optional.empty()));
  }

  @Test
  @DisplayName("The last place stays known when the event that has it is gone")
  void knowsTheLastPlace() {
    assertThat(database.events().lastPlace()).isZero();
    assertThat(database.events().oldestPlace()).isEqualTo(1);
    reached("shop", "connected", NOON);
    reached("inn", "connected", NOON);
    assertThat(database.events().lastPlace()).isEqualTo(2);
    database.tenants().delete("inn");
    assertThat(database.events().newestPlace()).isEqualTo(1);
    assertThat(database.events().lastPlace()).isEqualTo(2);
    assertThat(database.events().oldestPlace()).isEqualTo(1);
  }

  @Test
  @DisplayName("A ULID tells when it was made, and what is none doesn't")
  void tellsTheTime() {
    assertThat(Ulid.time(Ulid.at(NOON))).hasValue(NOON);
    assertThat(Ulid.time("01")).isEmpty();
    assertThat(Ulid.time("UUUUUUUUUUUUUUUUUUUUUUUUUU")).isEmpty();
  }

  private void reached(String tenant, String state, Instant at) {
    var event =
        new Event.StateReached(
            state,
            Optional.of("conflict_replaced"),
            Optional.of(440),
            Optional.of("replaced"),
            3,
            at);
    commit(tenant, event);
  }
}
