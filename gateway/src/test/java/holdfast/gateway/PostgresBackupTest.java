package holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.DatabaseUrl;
import holdfast.gateway.store.PostgresServer;
import holdfast.stanza.Jid;
import holdfast.store.Cache;
import holdfast.store.Draft;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A PostgreSQL is copied and brought back by its own tools; what is ours is the step after it.
class PostgresBackupTest {
  private static final Path ANN =
      Path.of("src", "test", "resources", "baileys", "7.0.0-rc14", "ann");
  private static final Jid BOB = Jid.parse("289275087848875:1@lid");

  @TempDir private Path temp;
  private final String at = PostgresServer.schemaUrl();
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @BeforeEach
  void link() {
    assertThat(run("import-baileys", "shop", ANN.toString())).isZero();
  }

  @AfterEach
  void drop() {
    PostgresServer.drop(at);
  }

  private int run(String... arguments) {
    said.reset();
    var out = new PrintStream(said, true, StandardCharsets.UTF_8);
    var environment =
        Map.of(
            "HOLDFAST_DATA",
            temp.resolve("data").toString(),
            "HOLDFAST_WHATSAPP_URL",
            "ws://127.0.0.1:1/ws/chat",
            "HOLDFAST_DATABASE_URL",
            at);
    return new Main(environment, out, out).run(arguments);
  }

  private Draft draft(Database database) {
    return new Draft(database.sessions().records("shop"), new Cache(10));
  }

  @Test
  @DisplayName("R25 After pg_restore the links send with no key of before")
  void settles() {
    assertThat(run("restore")).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("restored: 1 links");
    try (var folder = DataFolder.open(temp.resolve("data"));
        var database = Database.open(folder, DatabaseUrl.parse(at), Optional.empty())) {
      assertThat(draft(database).credentials()).isPresent();
      assertThat(draft(database).ratchet(BOB).isOpen()).isFalse();
      assertThat(draft(database).devicesWithRatchet(BOB)).hasSize(2);
      assertThat(draft(database).preKeyBook().nextId()).isEqualTo(100_813);
    }
  }

  @Test
  @DisplayName("R25 A file is neither written nor brought back, and the links go on as they are")
  void refusesFiles() {
    var file = temp.resolve("backup");
    assertThat(run("backup", file.toString())).isEqualTo(Main.BAD_SETTINGS);
    assertThat(run("restore", file.toString())).isEqualTo(Main.BAD_SETTINGS);
    assertThat(Files.exists(file)).isFalse();
    try (var folder = DataFolder.open(temp.resolve("data"));
        var database = Database.open(folder, DatabaseUrl.parse(at), Optional.empty())) {
      assertThat(draft(database).ratchet(BOB).isOpen()).isTrue();
    }
  }
}
