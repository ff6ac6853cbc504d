package holdfast.gateway.store;

import holdfast.stanza.Jid;
import holdfast.store.Batch;
import holdfast.store.Event;
import holdfast.store.Outbound;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A store with two tenants, on each engine, and what tests put into it.
abstract class TwoTenants {
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  Database database;
  @TempDir private Path temp;
  private DataFolder folder;

  /// Where the database is, empty for the embedded one.
  abstract Optional<DatabaseUrl> url();

  @BeforeEach
  void open() {
    folder = DataFolder.open(temp.resolve("data"));
    database = Database.open(folder, url(), Optional.empty());
    database.tenants().create("shop", "{}", NOON);
    database.tenants().create("inn", "{}", NOON);
  }

  @AfterEach
  void close() {
    database.close();
    folder.close();
  }

  Webhook webhook(boolean paused) {
    var config =
        new Webhook.Config(
            "https://example.org/",
            EventFilter.ALL,
            Webhook.Secrets.of("secret"),
            Map.of(),
            Duration.ofSeconds(15),
            paused,
            true,
            Webhook.Config.HOLDFAST);
    return database.webhooks().add("shop", "w1", config, 1).orElseThrow();
  }

  void commit(String tenant, Event event) {
    database.sessions().commit(new Batch(tenant, 9, List.of(), List.of(), List.of(event)));
  }

  void commit(String tenant, Outbound row) {
    database.sessions().commit(new Batch(tenant, 9, List.of(), List.of(row), List.of()));
  }

  static Outbound row(String id, Outbound.State state, Instant reached) {
    return new Outbound(
        id,
        "3EB0" + id,
        Optional.empty(),
        new byte[32],
        Jid.phone("15550100002"),
        "text",
        new byte[] {1},
        state,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(state.wire(), reached));
  }
}
