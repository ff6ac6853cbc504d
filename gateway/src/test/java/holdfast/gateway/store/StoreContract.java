package holdfast.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.client.Store;
import holdfast.stanza.Jid;
import holdfast.store.Batch;
import holdfast.store.Cache;
import holdfast.store.Draft;
import holdfast.store.Event;
import holdfast.store.Outbound;
import holdfast.store.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What every store promises to sessions, whatever it is made of.
abstract class StoreContract {
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Jid ANN = Jid.phone("15550100001");

  /// The store under test, in which the tenants `shop` and `inn` may write.
  abstract Store store();

  @Test
  @DisplayName("What a batch wrote is read back, secrets and open records alike")
  void readsBack() {
    store().commit(records("shop", put(Table.IDENTITY, "a", "key"), put(Table.ROUTING, "", "r")));

    var records = store().records("shop");
    assertThat(records.read(Table.IDENTITY, "a")).hasValueSatisfying(is("key"));
    assertThat(records.read(Table.ROUTING, "")).hasValueSatisfying(is("r"));
    assertThat(records.read(Table.IDENTITY, "b")).isEmpty();
  }

  @Test
  @DisplayName("A record's newest value replaces the one before; without a value it is gone")
  void replacesAndDeletes() {
    store().commit(records("shop", put(Table.IDENTITY, "a", "1"), put(Table.IDENTITY, "b", "1")));
    store().commit(records("shop", put(Table.IDENTITY, "a", "2"), gone(Table.IDENTITY, "b")));

    var found = store().records("shop").readAll(Table.IDENTITY, List.of("a", "b", "c"));
    assertThat(found).containsOnlyKeys("a");
    assertThat(found.get("a")).asString(StandardCharsets.UTF_8).isEqualTo("2");
  }

  @Test
  @DisplayName(
      "R31 The longest names that outsiders can choose are kept, whatever they are made of")
  void keepsLongNames() {
    var random = new Random(7);
    var jid = Jid.parse(signs(random, 127) + "@" + signs(random, 63));
    var id = signs(random, 255);
    var draft = new Draft(store().records("shop"), new Cache(16));
    draft.taken(jid, jid, id, NOON);
    draft.retries("history|" + jid + "|" + jid + "|" + id, 1, NOON);
    draft.senderKeyGiven(jid, 1, List.of(jid));
    store().commit(draft.batch("shop", 0));

    var again = new Draft(store().records("shop"), new Cache(16));
    assertThat(again.seen(jid, jid, id)).isTrue();
    assertThat(again.holdersOfSenderKey(jid)).containsExactly(jid);
  }

  /// Three bytes each, and nothing that a database could make smaller.
  private static String signs(Random random, int count) {
    return random
        .ints(count, 0x4E00, 0x9FFF)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  @Test
  @DisplayName("Tenants and kinds of records are kept apart")
  void keepsApart() {
    store().commit(records("shop", put(Table.IDENTITY, "a", "shop's")));
    store().commit(records("inn", put(Table.IDENTITY, "a", "inn's")));

    assertThat(store().records("shop").read(Table.IDENTITY, "a")).hasValueSatisfying(is("shop's"));
    assertThat(store().records("inn").read(Table.IDENTITY, "a")).hasValueSatisfying(is("inn's"));
    assertThat(store().records("inn").read(Table.ROUTING, "a")).isEmpty();
  }

  @Test
  @DisplayName("Keys are listed by prefix, in order, bounded")
  void listsKeys() {
    store()
        .commit(
            records(
                "shop",
                put(Table.LID, "g/2", "x"),
                put(Table.LID, "g/1", "x"),
                put(Table.LID, "h/1", "x"),
                put(Table.LID, "g", "x")));

    var records = store().records("shop");
    assertThat(records.keys(Table.LID, "g/", 10)).containsExactly("g/1", "g/2");
    assertThat(records.keys(Table.LID, "", 3)).containsExactly("g", "g/1", "g/2");
  }

  @Test
  @DisplayName(
      "R24 A batch of an older epoch is refused, an empty one too, and nothing of it is written")
  void fences() {
    store()
        .commit(new Batch("shop", 7, List.of(put(Table.ROUTING, "", "new")), List.of(), List.of()));

    assertThatThrownBy(
            () ->
                store()
                    .commit(
                        new Batch(
                            "shop",
                            6,
                            List.of(put(Table.ROUTING, "", "old")),
                            List.of(outbound("01", "A", Outbound.State.QUEUED)),
                            List.of())))
        .isInstanceOf(Store.StaleEpoch.class);
    var empty = new Batch("shop", 6, List.of(), List.of(), List.of());
    assertThatThrownBy(() -> store().commit(empty)).isInstanceOf(Store.StaleEpoch.class);
    assertThat(new Store.StaleEpoch("4915112345678")).hasMessageContaining("tenant 491***78 has");
    assertThat(store().records("shop").read(Table.ROUTING, "")).hasValueSatisfying(is("new"));
    assertThat(store().records("shop").outbound("01")).isEmpty();
  }

  @Test
  @DisplayName("R34 A send is found by its id, by WhatsApp's id and by its idempotency key")
  void findsSends() {
    var row = outbound("01", "A", Outbound.State.QUEUED);
    store().commit(sends("shop", row));

    var records = store().records("shop");
    for (var found :
        List.of(
            records.outbound("01"),
            records.outboundByMessageId("MA"),
            records.outboundByIdempotencyKey("A"))) {
      assertThat(found)
          .get()
          .usingRecursiveComparison()
          .withEqualsForType(Object::equals, Jid.class)
          .isEqualTo(row);
    }
    assertThat(records.outboundByIdempotencyKey("B")).isEmpty();
    assertThat(store().records("inn").outbound("01")).isEmpty();
  }

  @Test
  @DisplayName("A send moves on under its id, with the stanza once it has one")
  void movesSends() {
    var row = outbound("01", "A", Outbound.State.QUEUED);
    store().commit(sends("shop", row));
    store().commit(sends("shop", row.encrypted(bytes("stanza"), NOON.plusSeconds(1))));

    var found = store().records("shop").outbound("01").orElseThrow();
    assertThat(found.state()).isEqualTo(Outbound.State.SENDING);
    assertThat(found.stanza()).hasValueSatisfying(is("stanza"));
    assertThat(found.message()).asString(StandardCharsets.UTF_8).isEqualTo("message 01");
    assertThat(found.reached()).isEqualTo(Map.of("queued", NOON, "sending", NOON.plusSeconds(1)));
  }

  @Test
  @DisplayName("R36 Sends in a state come in the order of their ids, bounded")
  void ordersSends() {
    store()
        .commit(
            sends(
                "shop",
                outbound("03", "C", Outbound.State.QUEUED),
                outbound("01", "A", Outbound.State.QUEUED),
                outbound("02", "B", Outbound.State.SENT),
                outbound("04", "D", Outbound.State.QUEUED)));

    var records = store().records("shop");
    assertThat(records.outboundIn(Outbound.State.QUEUED, 2))
        .extracting(Outbound::id)
        .containsExactly("01", "03");
    assertThat(records.outboundIn(Outbound.State.SENT, 9)).hasSize(1);
    assertThat(records.outboundIn(Outbound.State.FAILED, 9)).isEmpty();
  }

  @Test
  @DisplayName("R35 What pacing counts: when the newest sends entered sending, newest first")
  void tellsSendingTimes() {
    for (int second = 0; second < 5; second++) {
      store()
          .commit(
              sends(
                  "shop",
                  outbound("0" + second, "K" + second, Outbound.State.QUEUED)
                      .encrypted(bytes("s"), NOON.plusSeconds(second))
                      .in(Outbound.State.SENT, NOON.plusSeconds(60))));
    }
    assertThat(store().records("shop").sendingTimes(2))
        .containsExactly(NOON.plusSeconds(4), NOON.plusSeconds(3));
  }

  static Batch records(String tenant, Batch.Write... writes) {
    return new Batch(tenant, 0, List.of(writes), List.of(), List.of());
  }

  static Batch sends(String tenant, Outbound... rows) {
    return new Batch(tenant, 0, List.of(), List.of(rows), List.of());
  }

  static Batch events(String tenant, Event... events) {
    return new Batch(tenant, 0, List.of(), List.of(), List.of(events));
  }

  static Batch.Write put(Table<?> table, String key, String value) {
    return new Batch.Write(table, key, Optional.of(bytes(value)), Optional.empty());
  }

  private static Batch.Write gone(Table<?> table, String key) {
    return new Batch.Write(table, key, Optional.empty(), Optional.empty());
  }

  static Outbound outbound(String id, String key, Outbound.State state) {
    return new Outbound(
        id,
        "M" + key,
        Optional.of(key),
        bytes("fingerprint"),
        ANN,
        "text",
        bytes("message " + id),
        state,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(state.wire(), NOON));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static java.util.function.Consumer<byte[]> is(String text) {
    return value -> assertThat(value).asString(StandardCharsets.UTF_8).isEqualTo(text);
  }
}
