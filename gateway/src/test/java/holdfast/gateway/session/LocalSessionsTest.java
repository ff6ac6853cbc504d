package holdfast.gateway.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import holdfast.client.Store.StoreUnavailable;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.tenant.TenantConfig.Rules;
import holdfast.session.Caller;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.session.Status;
import holdfast.store.Batch;
import holdfast.store.Control;
import holdfast.store.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSessionsTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Rules STANDARD = new Rules(true, Duration.ofMinutes(5), 3, 20);

  @TempDir private Path temp;
  private DataFolder folder;
  private Database database;
  private LocalSessions sessions;
  private final Map<String, Resting> opened = new ConcurrentHashMap<>();
  private final AtomicInteger opens = new AtomicInteger();
  private final AtomicInteger tries = new AtomicInteger();
  private final CountDownLatch atTheGate = new CountDownLatch(1);
  private final CountDownLatch gate = new CountDownLatch(1);

  @BeforeEach
  void open() {
    folder = DataFolder.open(temp);
    database = Database.open(folder, Optional.empty());
    sessions =
        new LocalSessions(
            database.tenants(),
            (tenant, epoch, rules) -> {
              opens.incrementAndGet();
              if (tenant.equals("broken")) {
                throw new IllegalStateException("can't be opened");
              }
              if (tenant.equals("late") && tries.incrementAndGet() < 3) {
                throw new StoreUnavailable("told by the test", new IllegalStateException());
              }
              if (tenant.equals("slow")) {
                passTheGate();
              }
              var session = new Resting(epoch, new ArrayList<>(List.of(rules)));
              opened.put(tenant, session);
              return session;
            },
            STANDARD);
  }

  @AfterEach
  void close() {
    gate.countDown();
    database.close();
    folder.close();
  }

  @Test
  @DisplayName("R1 However many look for a tenant at once, it has one session under one epoch")
  void opensOnce() {
    database.tenants().create("shop", "{}", NOON);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        executor.execute(() -> sessions.find("shop"));
      }
    }
    assertThat(opens).hasValue(1);
    assertThat(session("shop").epoch()).isEqualTo(1);
    assertThat(sessions.find("nobody")).isEmpty();
  }

  @Test
  @DisplayName(
      "R21 After a restart those that are wanted are brought back, and one that fails holds up none")
  void restores() {
    wanted("a", true);
    wanted("broken", true);
    wanted("b", true);
    wanted("c", false);

    sessions.restore(1_000);

    assertThat(opened).containsOnlyKeys("a", "b");
    assertThat(session("a").restored()).isTrue();
    assertThat(session("b").restored()).isTrue();
  }

  @Test
  @DisplayName("R21 One whose record is damaged holds up none")
  void restoresBesideADamagedOne() {
    wanted("a", true);
    wanted("b", true);
    write("a", new byte[] {(byte) 0xFF});

    sessions.restore(1_000);

    assertThat(opened).containsOnlyKeys("b");
    assertThat(session("b").restored()).isTrue();
  }

  @Test
  @DisplayName("R21 One for which the store can't be asked is tried again")
  void restoresOnceTheStoreIsBack() {
    wanted("a", true);
    wanted("late", true);

    sessions.restore(1_000);

    assertThat(tries).hasValue(3);
    assertThat(session("a").restored()).isTrue();
    assertThat(session("late").restored()).isTrue();
  }

  @Test
  @DisplayName("R21 They are brought back at the rate that is allowed")
  void restoresAtARate() {
    List.of("a", "b", "c", "d", "e").forEach(tenant -> wanted(tenant, true));
    long begun = System.nanoTime();

    sessions.restore(20);

    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(150));
    assertThat(opened.values()).hasSize(5).allMatch(Resting::restored);
  }

  @Test
  @DisplayName("R21 One that takes its time to be brought back holds up none")
  void restoresBesideASlowOne() throws Exception {
    wanted("slow", true);
    wanted("b", true);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var restoring = executor.submit(() -> sessions.restore(1_000));
      await().until(() -> opened.containsKey("b") && session("b").restored());
      assertThat(restoring).isNotDone();

      gate.countDown();
      restoring.get(10, TimeUnit.SECONDS);
    }
    assertThat(session("slow").restored()).isTrue();
  }

  @Test
  @DisplayName("R23 Nobody waits for the session of another tenant")
  void findsBesideASlowOne() throws Exception {
    database.tenants().create("slow", "{}", NOON);
    database.tenants().create("b", "{}", NOON);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var slow = executor.submit(() -> sessions.find("slow"));
      assertThat(atTheGate.await(10, TimeUnit.SECONDS)).isTrue();
      var other = executor.submit(() -> sessions.find("b"));

      assertThat(other.get(10, TimeUnit.SECONDS)).isPresent();
      assertThat(slow).isNotDone();
      gate.countDown();
      assertThat(slow.get(10, TimeUnit.SECONDS)).isPresent();
    }
  }

  @Test
  @DisplayName("At the end the sessions that are just being opened are closed too")
  void closesWhatIsBeingOpened() throws Exception {
    database.tenants().create("slow", "{}", NOON);
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      executor.execute(() -> sessions.find("slow"));
      assertThat(atTheGate.await(10, TimeUnit.SECONDS)).isTrue();
      var closing = executor.submit(sessions::close);
      var tried = new AtomicInteger();
      await().until(() -> isRefused("t" + tried.incrementAndGet()));
      gate.countDown();
      closing.get(10, TimeUnit.SECONDS);
    }
    assertThat(session("slow").closed()).isTrue();
  }

  private boolean isRefused(String tenant) {
    database.tenants().create(tenant, "{}", NOON);
    return sessions.find(tenant).isEmpty();
  }

  private void passTheGate() {
    atTheGate.countDown();
    try {
      assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @DisplayName("R24 Each process that takes a tenant over has a newer epoch")
  void takesOver() {
    database.tenants().create("shop", "{}", NOON);
    sessions.find("shop");
    sessions.drop("shop");
    sessions.find("shop");
    assertThat(session("shop").epoch()).isEqualTo(2);
  }

  @Test
  @DisplayName("A tenant's rules reach its session, at first and when they change")
  void passesRulesOn() {
    database.tenants().create("shop", "{\"reconnect\":\"manual\",\"perMinute\":0}", NOON);
    sessions.find("shop");
    sessions.configured("shop", STANDARD);
    assertThat(session("shop").rules)
        .containsExactly(new Rules(false, Duration.ofMinutes(5), 3, 0), STANDARD);
  }

  @Test
  @DisplayName("At the end every session is closed, and nobody finds one any more")
  void closesAll() {
    database.tenants().create("shop", "{}", NOON);
    database.tenants().create("inn", "{}", NOON);
    sessions.find("shop");
    sessions.close();
    assertThat(session("shop").closed()).isTrue();
    assertThat(sessions.find("inn")).isEmpty();
  }

  private Resting session(String tenant) {
    return java.util.Objects.requireNonNull(opened.get(tenant));
  }

  private void wanted(String tenant, boolean wanted) {
    database.tenants().create(tenant, "{}", NOON);
    var control =
        new Control(
            wanted, "connected", 1, Optional.empty(), Control.Conflicts.NONE, Optional.empty());
    write(tenant, Table.CONTROL.encode(control));
  }

  private void write(String tenant, byte[] control) {
    var write = new Batch.Write(Table.CONTROL, Table.ONLY, Optional.of(control), Optional.empty());
    database.sessions().commit(new Batch(tenant, 0, List.of(write), List.of(), List.of()));
  }

  /// A session that does nothing but remember.
  private static final class Resting implements TenantSession {
    private final long epoch;
    private final List<Rules> rules;
    private volatile boolean restored;
    private volatile boolean closed;

    Resting(long epoch, List<Rules> rules) {
      this.epoch = epoch;
      this.rules = rules;
    }

    long epoch() {
      return epoch;
    }

    boolean restored() {
      return restored;
    }

    boolean closed() {
      return closed;
    }

    @Override
    public CompletionStage<Outcome> ask(Function<Caller, Input> command, Duration patience) {
      throw new IllegalStateException("nobody asks here");
    }

    @Override
    public void restore() {
      restored = true;
    }

    @Override
    public Status status() {
      return Standing.in("stopped").generation(0).unwanted().status();
    }

    @Override
    public void addListener(Consumer<Status> listener) {}

    @Override
    public void rules(Rules next) {
      rules.add(next);
    }

    @Override
    public CompletionStage<Void> close() {
      closed = true;
      return CompletableFuture.completedStage(null);
    }
  }
}
