package holdfast.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.DatabaseUrl;
import holdfast.gateway.store.MasterKey;
import holdfast.store.Cache;
import holdfast.store.Draft;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `holdfast key rotate-master`.
class RotationTest {
  private static final Path ANN =
      Path.of("src", "test", "resources", "baileys", "7.0.0-rc14", "ann");

  @TempDir private Path temp;
  private final Map<String, String> environment = new HashMap<>();

  /// Where the database is, empty for the embedded one.
  Optional<String> database() {
    return Optional.empty();
  }

  private Optional<DatabaseUrl> url() {
    return database().flatMap(DatabaseUrl::parse);
  }

  @BeforeEach
  void link() {
    environment.put("HOLDFAST_PORT", "0");
    environment.put("HOLDFAST_WHATSAPP_URL", "ws://127.0.0.1:1/ws/chat");
    environment.put("HOLDFAST_DATA", data().toString());
    database().ifPresent(at -> environment.put("HOLDFAST_DATABASE_URL", at));
    assertThat(run("import-baileys", "shop", ANN.toString())).isZero();
  }

  private Path data() {
    return temp.resolve("data");
  }

  private int run(String... arguments) {
    var silent = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    return new Main(environment, silent, silent).run(arguments);
  }

  private static Draft draft(Database database) {
    return new Draft(database.sessions().records("shop"), new Cache(10));
  }

  @Test
  @DisplayName("R25 A rotated master key opens the store, the former one doesn't any more")
  void rotates() throws IOException {
    var file = data().resolve("master.key");
    var former = MasterKey.parse(Files.readString(file));

    assertThat(run("key", "rotate-master")).isZero();

    assertThat(Files.readString(file).strip())
        .isNotEqualTo(HexFormat.of().formatHex(former.bytes()));
    try (var folder = DataFolder.open(data())) {
      assertThatThrownBy(() -> Database.open(folder, url(), Optional.of(former)))
          .hasMessageContaining("master key isn't the one");
      try (var database = Database.open(folder, url(), Optional.empty())) {
        assertThat(draft(database).credentials()).isPresent();
      }
    }
    try (var _ = Gateway.start(Settings.of(environment))) {
      assertThat(run("key", "rotate-master")).isEqualTo(Main.STORE_REFUSED);
    }
  }

  @Test
  @DisplayName("R25 A rotation that was cut off is finished at the next start, or was never begun")
  void survivesACutRotation() throws IOException {
    var file = data().resolve("master.key");
    var former = Files.readString(file);
    var announced = data().resolve("master.key.next");
    // Cut off before the store has changed: the announced key fits nothing.
    Files.writeString(announced, HexFormat.of().formatHex(MasterKey.random().bytes()));
    assertThat(run("key", "list")).isZero();
    assertThat(Files.readString(file)).isEqualTo(former);

    assertThat(run("key", "rotate-master")).isZero();
    // Cut off after the store has changed: the file is still the former one.
    Files.move(file, announced);
    Files.writeString(file, former);
    assertThat(run("key", "list")).isZero();
    assertThat(Files.exists(announced)).isFalse();
    assertThat(Files.readString(file)).isNotEqualTo(former);
  }

  @Test
  @DisplayName("R25 A master key that is a setting is changed to one that is given")
  void rotatesASetting() {
    var file = data().resolve("master.key");
    var next = HexFormat.of().formatHex(MasterKey.random().bytes());
    assertThat(run("key", "rotate-master", "--new-master-key", next)).isZero();
    assertThat(file).hasContent(next);

    environment.put("HOLDFAST_MASTER_KEY", next);
    assertThat(run("key", "rotate-master")).isEqualTo(Main.BAD_SETTINGS);
    var last = HexFormat.of().formatHex(MasterKey.random().bytes());
    assertThat(run("key", "rotate-master", "--new-master-key", last)).isZero();
    assertThat(run("key", "list")).isEqualTo(Main.STORE_REFUSED);
    environment.put("HOLDFAST_MASTER_KEY", last);
    assertThat(run("key", "list")).isZero();
  }
}
