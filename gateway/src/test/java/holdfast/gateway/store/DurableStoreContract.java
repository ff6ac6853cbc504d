package holdfast.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import holdfast.client.Proxy;
import holdfast.client.Store;
import holdfast.stanza.Jid;
import holdfast.store.Batch;
import holdfast.store.Cache;
import holdfast.store.Control;
import holdfast.store.Draft;
import holdfast.store.Event;
import holdfast.store.Outbound;
import holdfast.store.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What both databases promise, on disk and by themselves: the same tests run on each.
abstract class DurableStoreContract extends StoreContract {
  @TempDir private Path temp;
  private DataFolder folder;
  private Database database;

  /// Where the database is, empty for the embedded one.
  abstract Optional<DatabaseUrl> url();

  final Database database() {
    return database;
  }

  final DataFolder folder() {
    return folder;
  }

  final Path data() {
    return temp.resolve("data");
  }

  @BeforeEach
  void open() {
    folder = DataFolder.open(data());
    database = Database.open(folder, url(), Optional.empty());
    database.tenants().create("shop", "{}", NOON);
    database.tenants().create("inn", "{}", NOON);
  }

  @AfterEach
  void close() {
    database.close();
    folder.close();
  }

  @Override
  Store store() {
    return database.sessions();
  }

  @Test
  @DisplayName("R22 What was committed is there when the store is opened again")
  void survives() {
    store().commit(records("shop", put(Table.IDENTITY, "a", "key")));
    reopen(Optional.empty());
    assertThat(store().records("shop").read(Table.IDENTITY, "a")).hasValueSatisfying(is("key"));
  }

  @Test
  @DisplayName("R25 Another master key is refused in one line, and so is a lost one")
  void refusesAnotherMasterKey() throws IOException {
    database.close();
    assertThatThrownBy(() -> Database.open(folder, url(), Optional.of(MasterKey.random())))
        .isInstanceOf(StoreRefused.class)
        .hasMessageContaining("the master key isn't the one");

    Files.delete(data().resolve("master.key"));
    assertThatThrownBy(() -> Database.open(folder, url(), Optional.empty()))
        .isInstanceOf(StoreRefused.class)
        .hasMessageContaining("there is none in");
  }

  @Test
  @DisplayName("R42 A tenant's proxy is kept sealed, from its making on, and can be taken away")
  void keepsProxies() {
    var proxy = Proxy.parse("socks5://ann:secret@proxy.example:1080");
    database.tenants().create("bar", "{}", Optional.of(proxy), NOON);
    database.tenants().create("bar", "{}", Optional.of(Proxy.parse("http://other:1")), NOON);
    assertThat(database.proxies().find("bar")).as("of a tenant made once").contains(proxy);
    assertThat(database.proxies().find("shop")).isEmpty();

    database.proxies().put("shop", Optional.of(proxy));
    reopen(Optional.empty());
    assertThat(database.proxies().find("shop")).contains(proxy);

    database.proxies().put("shop", Optional.empty());
    assertThat(database.proxies().find("shop")).isEmpty();
    database.proxies().put("nobody", Optional.of(proxy));
    assertThat(database.proxies().find("nobody")).isEmpty();
  }

  @Test
  @DisplayName(
      "R37 Of two main webhooks that an older version let be made the first stays the main one")
  void mendsTwoMains() {
    database.webhooks().add("shop", "w1", webhook(), 9);
    database.webhooks().add("shop", "w2", webhook(), 9);
    database.webhooks().add("inn", "w3", webhook(), 9);
    database
        .committer()
        .run(
            sql ->
                sql.run("DROP INDEX webhook_main")
                    + sql.run("UPDATE webhook SET main = 1")
                    + sql.run("DELETE FROM flyway_schema_history WHERE version = '83'"));

    reopen(Optional.empty());
    assertThat(database.webhooks().of("shop"))
        .extracting(each -> each.id() + " " + each.config().main())
        .containsExactly("w1 true", "w2 false");
    var second = database.webhooks().putMain("shop", "w4", Optional::orElseThrow, 9);
    assertThat(second).map(Webhook::id).contains("w1");
    assertThat(database.webhooks().putMain("inn", "w5", _ -> webhook(), 9))
        .map(Webhook::id)
        .contains("w3");
  }

  private static Webhook.Config webhook() {
    return new Webhook.Config(
        "https://example.org/",
        EventFilter.ALL,
        Webhook.Secrets.of("secret"),
        Map.of(),
        Duration.ofSeconds(15),
        false,
        false,
        Webhook.Config.HOLDFAST);
  }

  @Test
  @DisplayName("R37 Events are numbered without gaps per tenant and read by cursor")
  void numbersEvents() {
    store().commit(events("shop", reached("starting"), reached("connected")));
    store().commit(events("inn", reached("starting")));
    store().commit(events("shop", reached("stopped")));

    var log = database.events();
    assertThat(log.after("shop", 0, 10))
        .extracting(EventLog.Entry::seq, EventLog.Entry::type)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1L, "session.starting"),
            org.assertj.core.groups.Tuple.tuple(2L, "session.connected"),
            org.assertj.core.groups.Tuple.tuple(3L, "session.stopped"));
    assertThat(log.after("shop", 1, 1)).extracting(EventLog.Entry::seq).containsExactly(2L);
    assertThat(log.newest("inn")).isEqualTo(1);
    assertThat(database.timeline().newest("shop", 2))
        .extracting(Timeline.Transition::state)
        .containsExactly("stopped", "connected");
  }

  @Test
  @DisplayName("Who follows a log is woken by the commit")
  void wakes() throws InterruptedException {
    try (var follower = database.events().follow("shop", EventFilter.ALL)) {
      var commit =
          CompletableFuture.runAsync(() -> store().commit(events("shop", reached("connected"))));
      assertThat(follower.next(0, 10, Duration.ofSeconds(10)).events()).hasSize(1);
      commit.join();
      assertThat(follower.next(1, 10, Duration.ZERO).events()).isEmpty();
    }
  }

  @Test
  @DisplayName("R23 Batches of many tenants at once are all written, each tenant's events in order")
  void commitsTogether() {
    IntStream.range(0, 20).forEach(i -> database.tenants().create("t" + i, "{}", NOON));
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        var tenant = "t" + i;
        executor.execute(
            () -> {
              for (int n = 0; n < 20; n++) {
                store().commit(events(tenant, reached("s" + n)));
              }
            });
      }
    }
    for (int i = 0; i < 20; i++) {
      var entries = database.events().after("t" + i, 0, 100);
      assertThat(entries)
          .extracting(EventLog.Entry::seq)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, 20).boxed().toList());
      assertThat(entries.get(7).type()).isEqualTo("session.s7");
    }
  }

  @Test
  @DisplayName(
      "One tenant's batch that can't be written fails alone, whoever shares its transaction")
  void isolatesTheCulprit() throws InterruptedException {
    store().commit(sends("shop", outbound("01", "A", Outbound.State.QUEUED)));
    var sameKey = sends("shop", outbound("02", "A", Outbound.State.QUEUED));

    var begun = new CountDownLatch(1);
    var gate = new CountDownLatch(1);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var held =
          CompletableFuture.runAsync(
              () -> database.committer().run(_ -> passed(begun, gate)), executor);
      begun.await();
      var good =
          CompletableFuture.runAsync(() -> store().commit(events("inn", reached("a"))), executor);
      var bad = CompletableFuture.runAsync(() -> store().commit(sameKey), executor);
      var job = CompletableFuture.runAsync(() -> database.facts().put("fact", "value"), executor);
      await().until(() -> database.committer().waiting() == 3);
      gate.countDown();

      assertThatThrownBy(bad::join).hasCauseInstanceOf(Store.StoreUnavailable.class);
      CompletableFuture.allOf(held, good, job).join();
    }
    assertThat(database.events().newest("inn")).isEqualTo(1);
    assertThat(database.facts().find("fact")).hasValue("value");
    assertThat(store().records("shop").outbound("02")).isEmpty();
  }

  @Test
  @DisplayName("R24 A stale owner gets nothing in, and the others of its group are written")
  void fencesWithinAGroup() throws InterruptedException {
    long first = database.tenants().takeOver("shop").orElseThrow();
    assertThat(database.tenants().takeOver("shop")).hasValue(first + 1);
    var late = new Batch("shop", first, List.of(), List.of(), List.of(reached("late")));

    var begun = new CountDownLatch(1);
    var gate = new CountDownLatch(1);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var held =
          CompletableFuture.runAsync(
              () -> database.committer().run(_ -> passed(begun, gate)), executor);
      begun.await();
      var stale = CompletableFuture.runAsync(() -> store().commit(late), executor);
      var good =
          CompletableFuture.runAsync(() -> store().commit(events("inn", reached("a"))), executor);
      await().until(() -> database.committer().waiting() == 2);
      gate.countDown();

      assertThatThrownBy(stale::join).hasCauseInstanceOf(Store.StaleEpoch.class);
      CompletableFuture.allOf(held, good).join();
    }
    assertThat(database.events().newest("shop")).isZero();
    assertThat(database.events().newest("inn")).isEqualTo(1);
  }

  @Test
  @DisplayName("What others send may hold NUL and quotes: it is kept, and nobody's commit fails")
  void keepsOddTexts() {
    var odd = "a\0b\"\\\n\u00e9\ud83d\ude00";
    store().commit(records("shop", put(Table.IDENTITY, odd, "key"), put(Table.LID, odd, "lid")));

    var records = store().records("shop");
    assertThat(records.read(Table.IDENTITY, odd)).hasValueSatisfying(is("key"));
    assertThat(records.readAll(Table.IDENTITY, List.of(odd)).values())
        .singleElement()
        .satisfies(value -> assertThat(value).asString(StandardCharsets.UTF_8).isEqualTo("key"));
    assertThat(records.keys(Table.LID, "a", 2)).hasSize(1);
  }

  @Test
  @DisplayName("R24 Who takes a tenant over fences the owner before")
  void takesOver() {
    long first = database.tenants().takeOver("shop").orElseThrow();
    store().commit(new Batch("shop", first, List.of(), List.of(), List.of(reached("a"))));
    long second = database.tenants().takeOver("shop").orElseThrow();

    assertThatThrownBy(
            () ->
                store()
                    .commit(new Batch("shop", first, List.of(), List.of(), List.of(reached("b")))))
        .isInstanceOf(Store.StaleEpoch.class);
    store().commit(new Batch("shop", second, List.of(), List.of(), List.of(reached("c"))));
    assertThat(database.events().newest("shop")).isEqualTo(2);
    assertThat(database.tenants().takeOver("nobody")).isEmpty();
  }

  @Test
  @DisplayName("A deleted tenant leaves nothing, and its late batches are stale")
  void deletes() {
    store().commit(records("shop", put(Table.IDENTITY, "a", "key")));
    assertThat(database.tenants().delete("shop")).isTrue();
    assertThat(database.tenants().delete("shop")).isFalse();

    var late = events("shop", reached("late"));
    assertThatThrownBy(() -> store().commit(late)).isInstanceOf(Store.StaleEpoch.class);
    database.tenants().create("shop", "{}", NOON);
    assertThat(store().records("shop").read(Table.IDENTITY, "a")).isEmpty();
    assertThat(database.events().newest("shop")).isZero();
  }

  @Test
  @DisplayName("R21 The tenants that are wanted connected are known after a restart")
  void knowsWhoIsWanted() {
    store().commit(records("shop", control(true)));
    store().commit(records("inn", control(false)));
    reopen(Optional.empty());
    assertThat(database.tenants().wanted()).containsExactly("shop");
  }

  @Test
  @DisplayName("Records are forgotten when their time is over, not before")
  void forgets() {
    var write =
        new Batch.Write(Table.SEEN, "m", Optional.of(bytes("")), Optional.of(NOON.plusSeconds(9)));
    store().commit(records("shop", write, put(Table.LID, "a", "kept")));

    database.purge(NOON);
    assertThat(store().records("shop").read(Table.SEEN, "m")).isPresent();
    assertThat(database.purge(NOON.plusSeconds(10))).isFalse();
    assertThat(store().records("shop").read(Table.SEEN, "m")).isEmpty();
    assertThat(store().records("shop").read(Table.LID, "a")).isPresent();
  }

  @Test
  @DisplayName("R31 That a message was taken is known for 7 days at least, then forgotten")
  void remembersWhatWasTaken() {
    var chat = Jid.phone("15550100002");
    var draft = new Draft(store().records("shop"), new Cache(16));
    draft.taken(chat, chat, "3EB0", NOON);
    store().commit(draft.batch("shop", 0));

    database.purge(NOON.plus(Duration.ofDays(7)));
    assertThat(new Draft(store().records("shop"), new Cache(16)).seen(chat, chat, "3EB0")).isTrue();
    database.purge(NOON.plus(Duration.ofDays(30)));
    assertThat(new Draft(store().records("shop"), new Cache(16)).seen(chat, chat, "3EB0"))
        .isFalse();
  }

  @Test
  @DisplayName("R25 What is told of a write that fails quotes nothing of what was to be written")
  void quotesNothing() {
    store().commit(sends("shop", outbound("01", "order-4711", Outbound.State.QUEUED)));
    var sameKey = sends("shop", outbound("02", "order-4711", Outbound.State.QUEUED));

    assertThatThrownBy(() -> store().commit(sameKey))
        .isInstanceOf(Store.StoreUnavailable.class)
        .satisfies(
            why ->
                assertThat(Throwables.getStackTrace(why))
                    .contains("Caused by: ")
                    .doesNotContain("4711", "15550100001"));
  }

  private static boolean passed(CountDownLatch begun, CountDownLatch gate) {
    begun.countDown();
    try {
      return gate.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void reopen(Optional<MasterKey> key) {
    database.close();
    database = Database.open(folder, url(), key);
  }

  private static Event reached(String state) {
    return new Event.StateReached(state, Optional.empty(), Optional.empty(), 1, NOON);
  }

  private static Batch.Write control(boolean wanted) {
    var control =
        new Control(
            wanted, "connected", 1, Optional.empty(), Control.Conflicts.NONE, Optional.empty());
    return new Batch.Write(
        Table.CONTROL, Table.ONLY, Optional.of(Table.CONTROL.encode(control)), Optional.empty());
  }
}
