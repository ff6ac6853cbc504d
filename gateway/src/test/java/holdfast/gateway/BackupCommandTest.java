package holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.gateway.store.Backup;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.StoreRefused;
import holdfast.signal.Ratchet;
import holdfast.stanza.Jid;
import holdfast.store.Batch;
import holdfast.store.Cache;
import holdfast.store.Control;
import holdfast.store.Draft;
import holdfast.store.Outbound;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupCommandTest {
  private static final Path ANN =
      Path.of("src", "test", "resources", "baileys", "7.0.0-rc14", "ann");
  private static final Jid BOB = Jid.parse("289275087848875:1@lid");

  @TempDir private Path temp;
  private final Map<String, String> environment = new HashMap<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeEach
  void link() {
    environment.put("HOLDFAST_PORT", "0");
    environment.put("HOLDFAST_WHATSAPP_URL", "ws://127.0.0.1:1/ws/chat");
    environment.put("HOLDFAST_DATA", data().toString());
    assertThat(run("import-baileys", "shop", ANN.toString())).isZero();
  }

  private Path data() {
    return temp.resolve("data");
  }

  private Path backup() {
    return temp.resolve("backup");
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return new Main(
            environment,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(arguments);
  }

  private String complained() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static Draft draft(Database database) {
    return new Draft(database.sessions().records("shop"), new Cache(10));
  }

  @Test
  @DisplayName("R25 A backup is taken beside a running gateway, sealed, and never over a file")
  void backsUpWhileRunning() throws IOException {
    try (var _ = Gateway.start(Settings.of(environment))) {
      assertThat(run("backup", backup().toString())).isZero();
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("the master key, which isn't in it");
    assertThat(Files.exists(temp.resolve("backup.key"))).isFalse();
    assertThat(Files.exists(temp.resolve("backup.part"))).isFalse();
    if (backup().getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(Files.getPosixFilePermissions(backup())).hasSize(2);
    }

    assertThat(run("backup", backup().toString())).isEqualTo(Main.STORE_REFUSED);
    assertThat(complained()).contains("exists already");
    assertThat(run("backup")).isEqualTo(Main.BAD_SETTINGS);
    Files.createFile(temp.resolve("other.key"));
    assertThat(run("backup", temp.resolve("other").toString(), "--with-key"))
        .isEqualTo(Main.STORE_REFUSED);
    assertThat(Files.exists(temp.resolve("other"))).as("complete or not at all").isFalse();
    assertThat(run("backup", backup() + "2", "--data", temp.resolve("none").toString()))
        .isEqualTo(Main.STORE_REFUSED);
  }

  @Test
  @DisplayName("R25 What is brought back sends with no key of before: ratchets rest, prekeys jump")
  void bringsBack() {
    assertThat(run("backup", backup().toString(), "--with-key")).isZero();
    var restored = temp.resolve("restored");

    assertThat(run("restore", backup().toString(), "--data", restored.toString())).isZero();

    assertThat(out.toString(StandardCharsets.UTF_8)).contains("restored: 1 links");
    try (var folder = DataFolder.open(restored);
        var database = Database.open(folder, Optional.empty())) {
      var draft = draft(database);
      assertThat(draft.credentials()).isPresent();
      assertThat(draft.ratchet(BOB).isOpen()).isFalse();
      assertThat(draft.devicesWithRatchet(BOB)).hasSize(2);
      var own = draft.control().account().orElseThrow().lid();
      assertThat(draft.groupsKeyedBy(own)).isEmpty();
      assertThat(draft.groupsKeyedBy(BOB)).hasSize(1);
      assertThat(draft.preKeyBook().nextId()).isEqualTo(100_813);
      assertThat(draft.preKeyBook().signedId()).isNotEqualTo(1);
    }
    assertThat(run("restore", backup().toString(), "--data", restored.toString()))
        .isEqualTo(Main.STORE_REFUSED);
    assertThat(complained()).contains("move it away first");
  }

  @Test
  @DisplayName(
      "R22 A restore that failed is finished first: until then nothing starts on the store")
  void finishesWhatFailed() throws IOException {
    assertThat(run("backup", backup().toString())).isZero();
    var former = Files.readString(data().resolve("master.key"));
    assertThat(run("key", "rotate-master")).isZero();
    var key = Files.createDirectory(temp.resolve("restored")).resolve("master.key");
    Files.copy(data().resolve("master.key"), key);
    environment.put("HOLDFAST_DATA", temp.resolve("restored").toString());
    assertThat(run("restore", backup().toString())).isEqualTo(Main.STORE_REFUSED);
    assertThat(complained()).contains("master key isn't the one");

    Files.writeString(key, former);
    refusesToStart();
    assertThat(run("export-baileys", "shop", temp.resolve("out").toString()))
        .isEqualTo(Main.STORE_REFUSED);
    assertThat(run("doctor")).isEqualTo(Main.FAILED);

    assertThat(run("restore")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("restored: 1 links");
    try (var gateway = Gateway.start(Settings.of(environment))) {
      assertThat(gateway.url()).isNotEmpty();
    }
  }

  private void refusesToStart() {
    assertThatThrownBy(() -> Gateway.start(Settings.of(environment)))
        .isInstanceOf(StoreRefused.class)
        .hasMessageContaining("run `./holdfast restore` without a file");
  }

  @Test
  @DisplayName("R22 A backup that was put into its place by hand isn't started on either")
  void refusesACopy() throws IOException {
    assertThat(run("backup", backup().toString(), "--with-key")).isZero();
    var restored = Files.createDirectory(temp.resolve("restored"));
    Files.copy(backup(), restored.resolve("holdfast.db"));
    Files.copy(temp.resolve("backup.key"), restored.resolve("master.key"));
    environment.put("HOLDFAST_DATA", restored.toString());
    refusesToStart();
    assertThat(run("restore")).isZero();

    environment.put("HOLDFAST_DATA", temp.resolve("none").toString());
    assertThat(run("restore")).isEqualTo(Main.STORE_REFUSED);
    assertThat(complained()).contains("there is no store");
  }

  @Test
  @DisplayName("What was queued when a backup was taken goes out again under its ids")
  void keepsWhatWasQueued() {
    try (var folder = DataFolder.open(data());
        var database = Database.open(folder, Optional.empty())) {
      var row =
          new Outbound(
              "01",
              "3EB001",
              Optional.of("order-1"),
              new byte[32],
              BOB.bare(),
              "text",
              new byte[] {1},
              Outbound.State.QUEUED,
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Map.of());
      var batch = new Batch("shop", 1_000, List.of(), List.of(row), List.of());
      database.sessions().commit(batch);
    }
    assertThat(run("backup", backup().toString(), "--with-key")).isZero();
    var restored = temp.resolve("restored");
    assertThat(run("restore", backup().toString(), "--data", restored.toString())).isZero();

    try (var folder = DataFolder.open(restored);
        var database = Database.open(folder, Optional.empty())) {
      var row = draft(database).outboundByIdempotencyKey("order-1").orElseThrow();
      assertThat(row.messageId()).isEqualTo("3EB001");
      assertThat(row.state()).isEqualTo(Outbound.State.QUEUED);
    }
  }

  @Test
  @DisplayName("R22, R27 A link that a relink had put aside is made safe as well")
  void settlesWhatIsAside() {
    try (var folder = DataFolder.open(data());
        var database = Database.open(folder, Optional.empty())) {
      var draft = draft(database);
      var link = draft.control();
      draft.linkMade(draft.credentials().orElseThrow());
      draft.control(
          new Control(
              false,
              "stopped",
              link.generation(),
              Optional.empty(),
              link.account(),
              link.conflicts(),
              link.lastDisconnect()));
      database.sessions().commit(draft.batch("shop", 1_000));
    }
    assertThat(run("backup", backup().toString(), "--with-key")).isZero();
    var restored = temp.resolve("restored");
    assertThat(run("restore", backup().toString(), "--data", restored.toString())).isZero();

    try (var folder = DataFolder.open(restored);
        var database = Database.open(folder, Optional.empty())) {
      var draft = draft(database);
      var own = draft.control().former().orElseThrow().lid();
      assertThat(draft.devicesWithRatchet(BOB)).isEmpty();
      draft.bringLinkBack();
      assertThat(draft.devicesWithRatchet(BOB)).hasSize(2);
      assertThat(draft.ratchet(BOB).isOpen()).isFalse();
      assertThat(draft.groupsKeyedBy(own)).isEmpty();
      assertThat(draft.preKeyBook().nextId()).isEqualTo(100_813);
    }
  }

  @Test
  @DisplayName("R22 What is damaged in a backup isn't sent with, and holds up no other tenant")
  void settlesBesideDamage() throws SQLException {
    assertThat(run("import-baileys", "inn", ANN.toString())).isZero();
    assertThat(run("import-baileys", "zoo", ANN.toString())).isZero();
    assertThat(run("backup", backup().toString(), "--with-key")).isZero();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + backup());
        var sql = connection.createStatement()) {
      sql.executeUpdate(
          "UPDATE record SET value = x'00' WHERE kind = 'ratchet' AND key = '%s' AND tenant ="
                  .formatted(BOB)
              + " (SELECT number FROM tenant WHERE id = 'shop')");
      sql.executeUpdate("UPDATE tenant SET key = x'00' WHERE id = 'inn'");
    }
    var restored = temp.resolve("restored");
    assertThat(run("restore", backup().toString(), "--data", restored.toString())).isZero();

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("restored: 3 links", "of 2 tenants something can't be read");
    try (var folder = DataFolder.open(restored);
        var database = Database.open(folder, Optional.empty())) {
      assertThat(draft(database).ratchet(BOB)).isEqualTo(Ratchet.NONE);
      assertThat(draft(database).preKeyBook().nextId()).isEqualTo(100_813);
      var zoo = new Draft(database.sessions().records("zoo"), new Cache(10));
      assertThat(zoo.ratchet(BOB).isOpen()).isFalse();
      assertThat(zoo.ratchet(BOB)).isNotEqualTo(Ratchet.NONE);
    }
  }

  @Test
  @DisplayName("Without its key, or when it isn't whole, a backup isn't brought back at all")
  void refusesToBringBack() throws IOException {
    assertThat(run("backup", backup().toString())).isZero();
    var restored = temp.resolve("restored");

    assertThat(run("restore", backup().toString(), "--data", restored.toString()))
        .isEqualTo(Main.STORE_REFUSED);
    assertThat(complained()).contains("sealed with a master key");
    assertThat(Files.exists(restored.resolve("holdfast.db"))).isFalse();

    var cut = Files.write(temp.resolve("cut"), new byte[5_000]);
    assertThat(run("restore", cut.toString(), "--data", restored.toString()))
        .isEqualTo(Main.STORE_REFUSED);
    assertThat(complained()).contains("is no whole backup");
    assertThat(run("restore", temp.resolve("no").toString(), "--data", restored.toString()))
        .isEqualTo(Main.STORE_REFUSED);
  }

  @Test
  @DisplayName("On PostgreSQL its own tools are named, and nothing is touched")
  void leavesPostgresToItsTools() {
    environment.put("HOLDFAST_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none");
    assertThat(run("backup", backup().toString())).isEqualTo(Main.BAD_SETTINGS);
    assertThat(complained()).contains("pg_dump");
    var restored = temp.resolve("restored").toString();
    assertThat(run("restore", backup().toString(), "--data", restored))
        .isEqualTo(Main.BAD_SETTINGS);
    assertThat(complained()).contains("pg_restore");
    assertThat(Files.exists(backup())).isFalse();
  }

  @Test
  @DisplayName("A backup says where there is no key file to lay beside it")
  void knowsWhereTheKeyIs() throws IOException {
    Files.delete(data().resolve("master.key"));
    var folder = DataFolder.visit(data());
    var backup = new Backup(backup());
    assertThatThrownBy(() -> backup.take(folder, true)).hasMessageContaining("no key file");
  }
}
