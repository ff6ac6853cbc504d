package holdfast.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.sandbox.phone.Note;
import holdfast.sandbox.world.Group;
import holdfast.stanza.Element;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorldRestartTest {
  private static final String ANN = "15550109001";
  private static final String BEN = "15550109002";

  @TempDir Path folder;

  @Test
  @DisplayName("Phones talk on after a restart: ratchets, sender keys and prekeys are kept")
  void phones() throws Exception {
    String group;
    byte[] root;
    try (var records = SqliteRecords.open(folder, false)) {
      var scene = new Scene(records);
      root = scene.world().roots().root().publicKey();
      group = group(scene);
      talk(scene, group, "before");
    }
    try (var records = SqliteRecords.open(folder, false)) {
      var scene = new Scene(records);
      assertThat(scene.world().roots().root().publicKey()).isEqualTo(root);
      talk(scene, group, "after");

      assertThat(scene.phone(BEN).notes().stream().map(Note::text))
          .containsExactly(
              "before there",
              "before back",
              "before all",
              "after there",
              "after back",
              "after all");
    }
  }

  private static String group(Scene scene) {
    var made = new Group[1];
    scene.phone(ANN);
    scene.phone(BEN);
    scene.run(
        () -> {
          made[0] = scene.world().makeGroup("Team", scene.phone(ANN).account());
          made[0].put(scene.phone(BEN).account(), Group.Role.MEMBER);
        });
    return made[0].jid().toString();
  }

  private static void talk(Scene scene, String group, String about) {
    scene.run(() -> scene.phone(ANN).sendText(BEN, about + " there"));
    scene.run(() -> scene.phone(BEN).sendText(ANN, about + " back"));
    scene.run(() -> scene.phone(ANN).sendText(group, about + " all"));
  }

  @Test
  @DisplayName(
      "What waits for a companion waits over a restart, and what it acked doesn't come back")
  void queue() throws Exception {
    try (var records = SqliteRecords.open(folder, false)) {
      var scene = new Scene(records);
      scene.phone(ANN);
      var companion = scene.companion(BEN);
      scene.run(() -> scene.phone(ANN).sendText(BEN, "one"));
      scene.run(() -> scene.phone(ANN).sendText(BEN, "two"));
      var wire = scene.login(companion, false);
      var first = wire.take("message");
      wire.says(
          Element.of("receipt")
              .with("id", first.require("id"))
              .with("to", first.requireJid("from")));
    }
    try (var records = SqliteRecords.open(folder, false)) {
      var scene = new Scene(records);
      var companion = scene.world().byPhone(BEN).orElseThrow().device(1).orElseThrow();
      var wire = scene.login(companion, false);

      assertThat(wire.take("success").requireJid("lid")).isEqualTo(companion.lidJid());
      assertThat(wire.heard("message")).hasSize(1);
    }
  }

  @Test
  @DisplayName("A world that was asked for afresh knows nothing of the former one")
  void fresh() throws Exception {
    try (var records = SqliteRecords.open(folder, false)) {
      var scene = new Scene(records);
      scene.phone(ANN);
    }
    try (var records = SqliteRecords.open(folder, true)) {
      var scene = new Scene(records);
      assertThat(scene.world().accounts()).isEmpty();
    }
  }

  @Test
  @DisplayName("A world that is in use, or a folder that can't be one, is refused in one line")
  void unusable() throws Exception {
    try (var records = SqliteRecords.open(folder, false)) {
      records.put("kind", "key", () -> new byte[0]);
      records.commit();
      assertThatThrownBy(() -> SqliteRecords.open(folder, false))
          .isInstanceOf(SqliteRecords.Unusable.class)
          .message()
          .contains("in use")
          .doesNotContain("\n");
    }
    var file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> SqliteRecords.open(file, false))
        .isInstanceOf(SqliteRecords.Unusable.class);
  }
}
