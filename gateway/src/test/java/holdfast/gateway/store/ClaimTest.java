package holdfast.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimTest {
  private static final String END_CLAIMS =
      """
      SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
      AND classid = 1215261796 AND objid::bigint = (hashtext(current_schema())::bigint & 4294967295)
      """;

  private static final Optional<String> HERE = Optional.of("this machine/1");
  private static final Optional<String> ELSEWHERE = Optional.of("another machine/1");

  @TempDir private Path temp;
  private final DatabaseUrl url = PostgresServer.schema();
  private final PostgresEngine engine = new PostgresEngine(url);

  @AfterEach
  void drop() {
    PostgresServer.drop(url);
  }

  @Test
  @DisplayName("R1 A second gateway on the same database is refused in one line, after a while")
  void refusesASecond() {
    try (var _ = Claim.take(engine, ELSEWHERE)) {
      assertThatThrownBy(() -> Claim.take(engine, HERE, Duration.ofMillis(300)))
          .isInstanceOf(StoreRefused.class)
          .hasMessage("another Holdfast runs on the database " + engine.name());
    }
  }

  @Test
  @DisplayName("R1 A second gateway gets the database once the first has left it")
  void waitsForTheFirst() {
    var first = Claim.take(engine, ELSEWHERE);
    var second = CompletableFuture.supplyAsync(() -> Claim.take(engine, HERE));
    first.close();
    try (var taken = second.join()) {
      assertThat(taken.isHeld()).isTrue();
      assertThat(first.isHeld()).isFalse();
    }
  }

  @Test
  @DisplayName("R1 Another schema of the same database is another store")
  void knowsSchemas() {
    var other = PostgresServer.schema();
    try (var _ = Claim.take(engine, HERE);
        var second = Claim.take(new PostgresEngine(other), HERE, Duration.ofMillis(300))) {
      assertThat(second.isHeld()).isTrue();
    } finally {
      PostgresServer.drop(other);
    }
  }

  @Test
  @DisplayName(
      "R1 A lock that the server freed while its holder can't be reached: the next one waits until"
          + " the holder has doubted")
  void outwaitsTheUnreachable() throws SQLException {
    makeStore();
    var cutOff = new Outsider(url);
    var doubted = new AtomicBoolean();
    try (var first = Claim.take(new PostgresEngine(cutOff.url()), ELSEWHERE)) {
      first.watch(listener(() -> doubted.set(true), () -> {}));
      cutOff.cut();
      try (var second = Claim.take(engine, HERE)) {
        assertThat(second.isHeld()).isTrue();
        assertThat(doubted).isTrue();
      }
    } finally {
      cutOff.drop();
    }
  }

  @Test
  @DisplayName("R1 Who comes back and finds that it had a successor is told so")
  void knowsThatItWasFollowed() throws Exception {
    makeStore();
    var cutOff = new Outsider(url);
    var taken = new CountDownLatch(1);
    try (var first = Claim.take(new PostgresEngine(cutOff.url()), HERE)) {
      first.watch(listener(() -> {}, taken::countDown));
      cutOff.cut();
      Claim.take(engine, HERE).close();
      assertThat(taken.getCount()).isEqualTo(1);
      cutOff.letIn();
      assertThat(taken.await(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      cutOff.drop();
    }
  }

  @Test
  @DisplayName("After a crash on this machine, and after an end in order, nobody waits")
  void waitsForNoDead() throws SQLException {
    makeStore();
    var crashed = Claim.take(engine, HERE);
    crashed.watch(listener(() -> {}, () -> {}));
    endClaims();
    long begun = System.nanoTime();
    try (var next = Claim.take(engine, HERE)) {
      next.watch(listener(() -> {}, () -> {}));
    } finally {
      crashed.close();
    }
    Claim.take(engine, ELSEWHERE).close();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(7));
  }

  @Test
  @DisplayName("A folder's place is its own as long as it lasts, and no copy has it")
  void tellsPlaces() {
    try (var one = DataFolder.open(temp.resolve("one"));
        var other = DataFolder.open(temp.resolve("other"))) {
      assertThat(one.place()).isPresent().isNotEqualTo(other.place());
      assertThat(DataFolder.visit(temp.resolve("one")).place()).isEmpty();
    }
  }

  private void makeStore() {
    try (var folder = DataFolder.open(temp.resolve("data"))) {
      Database.open(folder, Optional.of(url), Optional.empty()).close();
    }
  }

  private static Claim.Listener listener(Runnable doubted, Runnable taken) {
    return new Claim.Listener() {
      @Override
      public void doubted() {
        doubted.run();
      }

      @Override
      public void taken() {
        taken.run();
      }
    };
  }

  @Test
  @DisplayName("R1 A claim that the server cut is taken back, when nobody had it in between")
  void isTakenBack() throws SQLException {
    try (var folder = DataFolder.open(temp.resolve("data"));
        var database = Database.open(folder, Optional.of(url), Optional.empty())) {
      var taken = new CountDownLatch(1);
      database.onRival(() -> {}, taken::countDown);
      endClaims();

      await().until(() -> isClaimed());
      await().until(database::isWritable);
      database.facts().put("a", "b");
      assertThat(taken.getCount()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("R1 A claim isn't taken back on a server that can't be written to")
  void isNotTakenBackOnAStandby() throws Exception {
    makeStore();
    var moved = new Outsider(url);
    var doubted = new CountDownLatch(1);
    try (var claim = Claim.take(new PostgresEngine(moved.url()), HERE)) {
      claim.watch(listener(doubted::countDown, () -> {}));
      moved.readOnly(true);
      assertThat(doubted.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(claim.isHeld()).isFalse();
      moved.readOnly(false);
      await().until(claim::isHeld);
    } finally {
      moved.drop();
    }
  }

  @Test
  @DisplayName("R1 Who lost its claim to another is told so, and writes nothing any more")
  void isTakenByAnother() throws Exception {
    try (var folder = DataFolder.open(temp.resolve("data"));
        var database = Database.open(folder, Optional.of(url), Optional.empty())) {
      var taken = new CountDownLatch(1);
      database.onRival(() -> {}, taken::countDown);
      database.facts().put(Claim.FACT, "another");
      endClaims();

      assertThat(taken.await(10, TimeUnit.SECONDS)).isTrue();
      assertThatThrownBy(() -> database.facts().put("a", "b"))
          .isInstanceOf(holdfast.client.Store.StoreUnavailable.class);
      assertThat(database.isWritable()).isFalse();
    }
  }

  private boolean isClaimed() throws SQLException {
    try (var sql = engine.reading()) {
      return sql.first("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'", _ -> true).isPresent();
    }
  }

  private void endClaims() throws SQLException {
    try (var sql = engine.reading()) {
      assertThat(sql.all(END_CLAIMS, row -> row.getBoolean(1))).hasSize(1);
    }
  }
}
