package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.crypto.KeyPair;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.signal.PreKey;
import holdfast.signal.Ratchet;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Cache;
import holdfast.store.Draft;
import holdfast.store.Event;
import holdfast.store.Table;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the server's last word is taken for, and what becomes of the link.
class EndingTest {
  private final LoopWorld world = new LoopWorld(true);

  @ParameterizedTest(name = "{0} {1}: {2} {3}, {4}")
  @DisplayName("R14: what ends a connection is classified by what the server says")
  @CsvSource({
    "failure, 401, 401, logged_out, logged_out",
    "failure, 402, 402, banned_for_a_time, refused",
    "failure, 403, 403, forbidden, refused",
    "failure, 405, 405, client_outdated, waiting",
    "failure, 406, 406, banned, refused",
    "failure, 418, 418, refused, refused",
    "failure, 500, 500, unavailable, waiting",
    "failure, 503, 503, unavailable, waiting",
    "stream:error, 401, 401, logged_out, logged_out",
    "stream:error, 500, 500, stream_error, waiting",
    "stream:error, 503, 503, unavailable, waiting",
    "stream:error, 515, 515, restart_required, restarting",
    "stream:error, 516, 516, logged_out, logged_out",
    "stream:error, 599, 599, stream_error, waiting",
    "conflict, replaced, 440, conflict_replaced, waiting",
    "conflict, device_removed, 401, device_removed, logged_out",
    "ib, downgrade_webclient, 411, multi_device_mismatch, refused",
    "xmlstreamend, '', 428, stream_ended, waiting"
  })
  void classifies(String tag, String word, int code, String reason, String state) {
    assertThat(world.start()).isNotDone();
    world.socket().opened();
    world.socket().say(said(tag, word));
    world.settle();

    var last = world.loop.status().trouble().lastDisconnect().orElseThrow();
    assertThat(last.code()).isEqualTo(code);
    assertThat(last.reason()).isEqualTo(reason);
    assertThat(last.at()).isEqualTo(LoopWorld.NOON);
    assertThat(world.loop.status().state()).isEqualTo(state);
    assertThat(world.openSockets()).isZero();
  }

  private static Element said(String tag, String word) {
    return switch (tag) {
      case "failure" -> Element.of(tag).with("reason", word);
      case "stream:error" -> Element.of(tag).with("code", word);
      case "conflict" -> Element.of("stream:error").containing(Element.of(tag).with("type", word));
      case "ib" -> Element.of(tag).with("from", Jid.SERVER).containing(Element.of(word));
      default -> Element.of(tag);
    };
  }

  @Test
  @DisplayName("R14: a ban is told with its end, in the status and in the tenant's history")
  void tellsWhenABanEnds() {
    var until = "until 2026-01-01T13:00:00Z";
    var failure = Element.of("failure").with("reason", 402).with("code", 101).with("expire", 3_600);
    var answer = world.start();
    world.socket().say(failure);
    world.settle();

    assertThat(answer)
        .isCompletedWithValue(new Outcome.StartFailed("banned_for_a_time", 402, until, false));
    assertThat(world.loop.status().trouble().lastDisconnect().orElseThrow().text())
        .isEqualTo(until);
    assertThat(world.events)
        .last()
        .isEqualTo(
            new Event.StateReached(
                "refused",
                Optional.of("banned_for_a_time"),
                Optional.of(402),
                Optional.of(until),
                1,
                LoopWorld.NOON));
  }

  @Test
  @DisplayName("R14: what the server says beside a refusal is kept in the tenant's history")
  void keepsItsText() {
    assertThat(world.start()).isNotDone();
    world.socket().say(Element.of("failure").with("reason", 406).with("message", "no more"));
    world.settle();
    assertThat(((Event.StateReached) world.events.getLast()).text()).contains("no more");
  }

  @Test
  @DisplayName(
      "R17: a logout from the phone puts the credentials aside and forgets the rest; a logout forgets all")
  void putsAside() {
    fill();
    world.connect();
    byte[] credentials = stored(Table.CREDENTIALS).orElseThrow();
    assertThat(keys(List.of(Table.PREKEY, Table.RATCHET, Table.IDENTITY))).hasSize(3);
    world.socket().say(Element.of("failure").with("reason", 401));
    world.settle();

    assertThat(keys(Table.OF_A_LINK)).isEmpty();
    assertThat(keys(Table.ASIDE)).hasSize(1);
    assertThat(stored(Table.CREDENTIALS_ASIDE))
        .hasValueSatisfying(aside -> assertThat(aside).isEqualTo(credentials));

    assertThat(logOut()).isEqualTo(new Outcome.NotLinked());
    assertThat(keys(Table.ASIDE)).isEmpty();
    world.pass(Duration.ofHours(1));
    assertThat(world.sockets).hasSize(1);
  }

  @Test
  @DisplayName("R17: a logout while it is connected leaves nothing of the link")
  void forgets() {
    fill();
    var socket = world.connect();
    assertThat(keys(Table.OF_A_LINK)).hasSizeGreaterThan(4);
    assertThat(logOut()).isEqualTo(new Outcome.LoggedOut());

    assertThat(socket.asked("md")).isPresent();
    assertThat(keys(Table.OF_A_LINK)).isEmpty();
    assertThat(keys(Table.ASIDE)).isEmpty();
    assertThat(world.openSockets()).isZero();
  }

  /// Adds to the link what belongs to one.
  private void fill() {
    var ben = Jid.phone("15550100002").withDevice(1);
    var draft = new Draft(world.store.records(LoopWorld.TENANT), new Cache(16));
    draft.preKey(new PreKey(7, KeyPair.generate(new Random(3))));
    draft.ratchet(ben, Ratchet.NONE);
    draft.identity(ben, new byte[] {1, 2});
    draft.appStateKey("0a", new byte[] {6});
    world.store.commit(draft.batch(LoopWorld.TENANT, 1));
  }

  private Optional<byte[]> stored(Table<?> table) {
    return world.store.records(LoopWorld.TENANT).read(table, Table.ONLY);
  }

  private Outcome logOut() {
    var answer = world.loop.ask(Input.LogOut::new).toCompletableFuture();
    world.settle();
    return answer.join();
  }

  private List<String> keys(Collection<Table<?>> tables) {
    var records = world.store.records(LoopWorld.TENANT);
    return tables.stream()
        .flatMap(
            table ->
                records.keys(table, "", 10).stream().map(key -> table.recordName() + " " + key))
        .toList();
  }
}
