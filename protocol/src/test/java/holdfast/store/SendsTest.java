package holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.client.MemoryStore;
import holdfast.stanza.Jid;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SendsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private final MemoryStore store = new MemoryStore();
  private final Cache cache = new Cache(16);
  private final Counted records = new Counted(store.records("t"));

  @Test
  @DisplayName("What the batch has put comes before what is committed, each in its turn")
  void order() {
    commit(row(1), row(3), row(5));
    var sends = sends();
    sends.put(row(4));
    sends.put(row(2));
    sends.put(row(3).in(Outbound.State.SENDING, NOW));

    assertThat(ids(sends.in(Outbound.State.QUEUED, 9))).containsExactly("1", "2", "4", "5");
    assertThat(ids(sends.in(Outbound.State.QUEUED, 2))).containsExactly("1", "2");
    assertThat(ids(sends.in(Outbound.State.SENDING, 9))).containsExactly("3");
  }

  @Test
  @DisplayName("One for later stands where its time puts it")
  void scheduled() {
    var early = Ulid.time(NOW) + "A";
    var late = Ulid.time(NOW.plusSeconds(60)) + "A";
    var between = row(early + "B", Optional.of(NOW.plusSeconds(30)));
    commit(row(late, Optional.empty()), between, row(early, Optional.empty()));

    assertThat(ids(sends().in(Outbound.State.QUEUED, 9)))
        .containsExactly(early, between.id(), late);
  }

  @Test
  @DisplayName("A limit holds even when the batch has taken the first rows out of the state")
  void limitBehindTakenRows() {
    commit(IntStream.rangeClosed(1, 9).mapToObj(SendsTest::row).toArray(Outbound[]::new));
    var sends = sends();
    for (int number = 1; number <= 4; number++) {
      sends.put(row(number).in(Outbound.State.SENDING, NOW));
    }

    assertThat(ids(sends.in(Outbound.State.QUEUED, 3))).containsExactly("5", "6", "7");
  }

  @Test
  @DisplayName("The store is asked once for a page, however often the page is looked at")
  void pages() {
    commit(row(1), row(2));
    var sends = sends();
    for (int time = 0; time < 5; time++) {
      sends.in(Outbound.State.QUEUED, 10);
      sends.put(row(1).in(Outbound.State.SENDING, NOW));
    }
    assertThat(records.pages).isEqualTo(1);
  }

  @Test
  @DisplayName("A row is found by each of its names, as the batch has it")
  void names() {
    commit(row(1), row(2));
    var sends = sends();
    var changed = row(1).in(Outbound.State.SENT, NOW);
    sends.put(changed);

    assertThat(sends.find("1")).containsSame(changed);
    assertThat(sends.byMessageId("M1")).containsSame(changed);
    assertThat(sends.byIdempotencyKey("K1")).containsSame(changed);
    assertThat(sends.byMessageId("M2").map(Outbound::id)).contains("2");
    assertThat(sends.byIdempotencyKey("K2").map(Outbound::id)).contains("2");
    assertThat(sends.find("3")).isEmpty();
    assertThat(sends.has(Outbound.State.SENT)).isTrue();
    assertThat(sends.has(Outbound.State.QUEUED)).isFalse();
    assertThat(sends.all()).containsExactly(changed);
  }

  @Test
  @DisplayName("R35: sending times count each row once, drafted or committed, newest first")
  void sendingTimes() {
    commit(row(1).in(Outbound.State.SENDING, NOW), row(2));
    var sends = sends();
    sends.put(row(1).in(Outbound.State.SENDING, NOW).in(Outbound.State.SENT, NOW.plusSeconds(9)));
    sends.put(row(2).in(Outbound.State.SENDING, NOW.plusSeconds(1)));

    assertThat(sends.sendingTimes(9)).containsExactly(NOW.plusSeconds(1), NOW);
    assertThat(sends.sendingTimes(1)).containsExactly(NOW.plusSeconds(1));
  }

  @Test
  @DisplayName("What is on its way is known after the commit without a look into the store")
  void remembered() {
    var sends = sends();
    sends.put(row(1).in(Outbound.State.SENDING, NOW));
    sends.committed();

    assertThat(sends().byMessageId("M1")).isPresent();
    assertThat(records.looks).isZero();
  }

  private Sends sends() {
    return new Sends(records, cache);
  }

  private void commit(Outbound... rows) {
    store.commit(new Batch("t", 1, List.of(), List.of(rows), List.of()));
  }

  private static List<String> ids(List<Outbound> rows) {
    return rows.stream().map(Outbound::id).toList();
  }

  private static Outbound row(int number) {
    return row(Integer.toString(number), Optional.empty());
  }

  private static Outbound row(String id, Optional<Instant> sendAt) {
    return new Outbound(
        id,
        "M" + id,
        Optional.of("K" + id),
        new byte[] {1},
        Jid.phone("15550100002"),
        "text",
        new byte[] {2},
        Outbound.State.QUEUED,
        Optional.empty(),
        Optional.empty(),
        sendAt,
        Map.of("queued", NOW));
  }

  /// Counts what it is asked.
  private static final class Counted implements Records {
    private final Records rest;
    private int pages;
    private int looks;

    Counted(Records rest) {
      this.rest = rest;
    }

    @Override
    public Optional<byte[]> read(Table<?> table, String key) {
      return rest.read(table, key);
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
      looks++;
      return rest.outbound(id);
    }

    @Override
    public Optional<Outbound> outboundByMessageId(String messageId) {
      looks++;
      return rest.outboundByMessageId(messageId);
    }

    @Override
    public Optional<Outbound> outboundByIdempotencyKey(String key) {
      return rest.outboundByIdempotencyKey(key);
    }

    @Override
    public List<Outbound> outboundIn(Outbound.State state, int limit) {
      pages++;
      return rest.outboundIn(state, limit);
    }

    @Override
    public List<Instant> sendingTimes(int limit) {
      return rest.sendingTimes(limit);
    }
  }
}
