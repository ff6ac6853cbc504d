package holdfast.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.store.Batch;
import holdfast.store.Outbound;
import holdfast.store.Table;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SqliteStoreTest extends DurableStoreContract {
  @Override
  Optional<DatabaseUrl> url() {
    return Optional.empty();
  }

  @Test
  @DisplayName("R1 A second gateway on the same data folder is refused in one line")
  void locksTheFolder() {
    assertThatThrownBy(() -> DataFolder.open(data()))
        .isInstanceOf(StoreRefused.class)
        .hasMessage("another Holdfast runs on the data folder " + data());
  }

  @Test
  @DisplayName("Open sends are found by their index, however many have long been sent")
  void findsOpenSendsByIndex() {
    for (var state : List.of(Outbound.State.QUEUED, Outbound.State.SENDING)) {
      var plan =
          database()
              .committer()
              .run(
                  sql ->
                      sql.first(
                          "EXPLAIN QUERY PLAN " + SqlRecords.inState(state),
                          row -> row.getString("detail"),
                          1,
                          10));
      assertThat(plan.orElseThrow()).contains("outbound_open").contains("state=?");
    }
  }

  @Test
  @DisplayName("A data folder that is a file is refused in one line")
  void refusesAFile() throws IOException {
    var file = Files.createFile(data().resolve("file"));
    assertThatThrownBy(() -> DataFolder.open(file))
        .isInstanceOf(StoreRefused.class)
        .hasMessage("the data folder " + file + " is a file");
  }

  @Test
  @DisplayName("R25 Secrets, messages and stanzas aren't in the files; the key's file is private")
  void seals() throws IOException {
    var row = outbound("01", "A", Outbound.State.QUEUED).encrypted(bytes("the stanza"), NOON);
    store()
        .commit(
            new Batch(
                "shop",
                0,
                List.of(put(Table.IDENTITY, "a", "the secret"), put(Table.ROUTING, "", "open")),
                List.of(row),
                List.of()));
    database().close();

    var kept = Files.readString(folder().database(), StandardCharsets.ISO_8859_1);
    assertThat(kept).doesNotContain("the secret", "message 01", "the stanza").contains("open");
    assertThat(Files.getPosixFilePermissions(data().resolve("master.key")))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  }
}
