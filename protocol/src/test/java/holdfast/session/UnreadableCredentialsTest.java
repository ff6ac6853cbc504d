package holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.client.MemoryStore;
import holdfast.crypto.Forged;
import holdfast.pairing.Device;
import holdfast.stanza.Jid;
import holdfast.store.Account;
import holdfast.store.Batch;
import holdfast.store.Cache;
import holdfast.store.Control;
import holdfast.store.Draft;
import holdfast.store.Outbound;
import holdfast.store.Records;
import holdfast.store.Table;
import holdfast.store.Unreadable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnreadableCredentialsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Account ACCOUNT =
      new Account(
          Jid.phone("15550109001").withDevice(1),
          Jid.lid("210000000000001").withDevice(1),
          Optional.empty(),
          "android");

  @ParameterizedTest
  @MethodSource("ways")
  @DisplayName(
      "R25: a link whose credentials can't be read is refused, and never made anew in silence")
  void refused(RuntimeException way) {
    var control =
        new Control(
            true, "stopped", 7, Optional.of(ACCOUNT), Control.Conflicts.NONE, Optional.empty());
    var draft = draft(control, Table.CREDENTIALS, way);
    var step = started(draft);

    assertThat(step.state().life().phase().word()).isEqualTo("refused");
    assertThat(Statuses.of(step.state()).reason()).contains("credentials_unreadable");
    assertThat(step.effects())
        .noneMatch(Session.Effect.Open.class::isInstance)
        .contains(
            new Session.Effect.Answer(
                new Caller(1),
                new Outcome.StartFailed(
                    "credentials_unreadable",
                    0,
                    "the stored credentials are missing or cannot be read",
                    false)));
    assertThat(draft.batch("shop", 1).records())
        .extracting(Batch.Write::table)
        .doesNotContain(Table.CREDENTIALS, Table.CANDIDATE);
  }

  @ParameterizedTest
  @MethodSource("ways")
  @DisplayName("R1: a key set that can't be read, and was never linked, is made anew and said")
  void unlinked(RuntimeException way) {
    var draft = draft(Control.NEW, Table.CANDIDATE, way);
    var step = started(draft);

    assertThat(step.effects())
        .anyMatch(Session.Effect.Open.class::isInstance)
        .contains(
            new Session.Effect.Say("a stored candidate can't be read: as if there were none"));
    assertThat(draft.batch("shop", 1).records())
        .extracting(Batch.Write::table)
        .contains(Table.CANDIDATE);
  }

  private static Draft draft(Control control, Table<?> broken, RuntimeException way) {
    var rest = new MemoryStore().records("shop");
    return new Draft(new Sealed(rest, Table.CONTROL.encode(control), broken, way), new Cache(8));
  }

  private static Session.Step started(Draft draft) {
    var random = new Random(1);
    return Session.step(
        Session.State.restored(draft, random),
        draft,
        new Input.Start(new Caller(1), Input.Wait.CONNECTED, false),
        NOON,
        random,
        Settings.of(new Device("Mac OS", 1)));
  }

  static Stream<RuntimeException> ways() {
    return Stream.of(new Forged("sealed under another key"), new Unreadable());
  }

  /// A store that opens nothing but the control record.
  private record Sealed(Records rest, byte[] control, Table<?> broken, RuntimeException way)
      implements Records {
    @Override
    public Optional<byte[]> read(Table<?> table, String key) {
      if (table == broken) {
        throw way;
      }
      return table == Table.CONTROL ? Optional.of(control) : rest.read(table, key);
    }

    @Override
    public Map<String, byte[]> readAll(Table<?> table, Collection<String> keys) {
      return rest.readAll(table, keys);
    }

    @Override
    public List<String> keys(Table<?> table, String prefix, int limit) {
      return rest.keys(table, prefix, limit);
    }

    @Override
    public Optional<Outbound> outbound(String id) {
      return rest.outbound(id);
    }

    @Override
    public Optional<Outbound> outboundByMessageId(String messageId) {
      return rest.outboundByMessageId(messageId);
    }

    @Override
    public Optional<Outbound> outboundByIdempotencyKey(String key) {
      return rest.outboundByIdempotencyKey(key);
    }

    @Override
    public List<Outbound> outboundIn(Outbound.State state, int limit) {
      return rest.outboundIn(state, limit);
    }

    @Override
    public List<Instant> sendingTimes(int limit) {
      return rest.sendingTimes(limit);
    }
  }
}
