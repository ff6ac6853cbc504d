package holdfast.gateway.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import holdfast.gateway.store.Webhook.Config;
import holdfast.gateway.store.Webhook.Progress;
import holdfast.gateway.store.Webhook.Secrets;
import holdfast.gateway.store.Webhook.Tries;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where tenants want to be told: made, set, found, deleted. Secrets and header values are sealed.
///
/// Whatever follows from how a webhook is set is read where it is written: of several who set it at
/// once none undoes what another did.
public final class Webhooks {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String COLUMNS =
      """
      SELECT webhook.id, tenant.id, tenant.number, tenant.key, url, types, secret, old_secret,
        old_secret_until, headers, timeout_ms, paused, main, format, version, cursor,
        failing_since, attempts, retry_at, last_error, disabled, rejections
      FROM webhook JOIN tenant ON tenant.number = webhook.tenant
      """;
  private static final String COUNT =
      """
      SELECT COUNT(*) FROM webhook JOIN tenant ON tenant.number = webhook.tenant
      WHERE tenant.id = ?
      """;
  private static final String INSERT =
      """
      INSERT INTO webhook (url, types, secret, old_secret, old_secret_until, headers, timeout_ms,
        paused, main, format, id, tenant, cursor)
      SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, number, events FROM tenant WHERE id = ?
      """;
  private static final String UPDATE =
      """
      UPDATE webhook SET url = ?, types = ?, secret = ?, old_secret = ?, old_secret_until = ?,
        headers = ?, timeout_ms = ?, paused = ?, main = ?, format = ?, version = version + 1,
        disabled = NULL, failing_since = NULL, attempts = 0, rejections = 0, retry_at = NULL
      WHERE id = ?
      """;

  private final Readers readers;
  private final Committer committer;
  private final TenantKeys keys;

  Webhooks(Readers readers, Committer committer, TenantKeys keys) {
    this.readers = readers;
    this.committer = committer;
    this.keys = keys;
  }

  /// The oldest first.
  public List<Webhook> of(String tenant) {
    return readers.read(
        sql ->
            sql.all(COLUMNS + " WHERE tenant.id = ? ORDER BY webhook.id", this::webhook, tenant));
  }

  /// Which webhook is whose.
  public record Owned(String tenant, String id) {}

  public List<Owned> all() {
    return readers.read(
        sql ->
            sql.all(
                "SELECT tenant.id, webhook.id FROM webhook"
                    + " JOIN tenant ON tenant.number = webhook.tenant",
                row -> new Owned(row.getString(1), row.getString(2))));
  }

  public Optional<Webhook> find(String id) {
    return readers.read(sql -> find(sql, id));
  }

  private Optional<Webhook> find(Statements sql, String id) throws SQLException {
    return sql.first(COLUMNS + " WHERE webhook.id = ?", this::webhook, id);
  }

  /// One more under this `id`, told what happens from now on; empty when there are `most` already.
  public Optional<Webhook> add(String tenant, String id, Config config, int most) {
    return committer.run(sql -> insertWithin(sql, tenant, id, config, most));
  }

  /// The tenant's main one, made under this `id` if there is none; empty when it would be one more
  /// than `most`. `how`: from what is known of it; may be asked more than once.
  public Optional<Webhook> putMain(
      String tenant, String id, Function<Optional<Config>, Config> how, int most) {
    return committer.run(
        sql -> {
          var known =
              sql.first(
                  COLUMNS + " WHERE tenant.id = ? AND webhook.main = 1", this::webhook, tenant);
          var config = how.apply(known.map(Webhook::config));
          return known.isPresent()
              ? Optional.of(update(sql, known.get(), config))
              : insertWithin(sql, tenant, id, config, most);
        });
  }

  /// It goes on where it was, at once. Empty when there is none such (any more). `how`: from how it
  /// is; may be asked more than once.
  public Optional<Webhook> change(String id, UnaryOperator<Config> how) {
    return committer.run(
        sql -> {
          var known = find(sql, id);
          return known.isPresent()
              ? Optional.of(update(sql, known.get(), how.apply(known.get().config())))
              : known;
        });
  }

  /// Another secret; the one before goes on signing until `until`. Nothing else changes: trouble
  /// stays trouble. Empty when there is none such (any more).
  public Optional<Webhook> rotate(String id, String secret, Instant until) {
    return committer.run(
        sql -> {
          var known = find(sql, id);
          if (known.isPresent()) {
            var seal = seal(sql, known.get().tenant());
            sql.run(
                "UPDATE webhook SET secret = ?, old_secret = ?, old_secret_until = ? WHERE id = ?",
                seal.seal(secretName(id), bytes(secret)),
                seal.seal(oldSecretName(id), bytes(known.get().config().secrets().current())),
                until.toEpochMilli(),
                id);
          }
          return find(sql, id);
        });
  }

  private Webhook update(Statements sql, Webhook known, Config config) throws SQLException {
    sql.run(UPDATE, arguments(seal(sql, known.tenant()), known.id(), config));
    return find(sql, known.id()).orElseThrow();
  }

  /// Counted where it is written: however many are made at once, none is one too many.
  private Optional<Webhook> insertWithin(
      Statements sql, String tenant, String id, Config config, int most) throws SQLException {
    long known = sql.first(COUNT, row -> row.getLong(1), tenant).orElse(0L);
    return known < most ? Optional.of(insert(sql, tenant, id, config)) : Optional.empty();
  }

  private Webhook insert(Statements sql, String tenant, String id, Config config)
      throws SQLException {
    var arguments = arguments(seal(sql, tenant), id, config);
    var more = Arrays.copyOf(arguments, arguments.length + 1);
    more[arguments.length] = tenant;
    sql.run(INSERT, more);
    return find(sql, id).orElseThrow();
  }

  private static @Nullable Object[] arguments(Seal seal, String id, Config config) {
    var secrets = config.secrets();
    return new @Nullable Object[] {
      config.url(),
      String.join(",", config.types().words()),
      seal.seal(secretName(id), bytes(secrets.current())),
      secrets.old().map(old -> seal.seal(oldSecretName(id), bytes(old))).orElse(null),
      secrets.oldUntil().map(Instant::toEpochMilli).orElse(null),
      config.headers().isEmpty() ? null : seal.seal(headersName(id), json(config.headers())),
      config.timeout().toMillis(),
      config.paused() ? 1 : 0,
      config.main() ? 1 : 0,
      config.format(),
      id
    };
  }

  private Seal seal(Statements sql, String tenant) throws SQLException {
    return sql.first(
            "SELECT number, key FROM tenant WHERE id = ?",
            row -> keys.open(row.getLong(1), tenant, row.getBytes(2)),
            tenant)
        .orElseThrow(() -> new IllegalStateException("no such tenant"));
  }

  /// Returns whether there was one.
  public boolean delete(String id) {
    return committer.run(
            sql -> {
              for (var table : List.of("dead_letter", "replay", "delivery")) {
                sql.run("DELETE FROM " + table + " WHERE webhook = ?", id);
              }
              return sql.run("DELETE FROM webhook WHERE id = ?", id);
            })
        == 1;
  }

  private Webhook webhook(ResultSet row) throws SQLException {
    var id = row.getString(1);
    var tenant = row.getString(2);
    var seal = keys.open(row.getLong(3), tenant, row.getBytes(4));
    var secrets =
        new Secrets(
            text(seal.open(secretName(id), row.getBytes(7))),
            Optional.ofNullable(row.getBytes(8))
                .map(old -> text(seal.open(oldSecretName(id), old))),
            instant(row, 9));
    var config =
        new Config(
            row.getString(5),
            new EventFilter(
                Arrays.stream(row.getString(6).split(",", -1))
                    .filter(type -> !type.isEmpty())
                    .collect(Collectors.toSet())),
            secrets,
            Optional.ofNullable(row.getBytes(10))
                .map(kept -> headers(seal.open(headersName(id), kept)))
                .orElse(Map.of()),
            Duration.ofMillis(row.getLong(11)),
            row.getInt(12) == 1,
            row.getInt(13) == 1,
            row.getString(14));
    return new Webhook(id, tenant, config, progress(row), row.getLong(15));
  }

  private static Progress progress(ResultSet row) throws SQLException {
    return new Progress(
        row.getLong(16),
        instant(row, 17),
        new Tries(row.getInt(18), row.getInt(22)),
        instant(row, 19),
        Optional.ofNullable(row.getString(20)),
        Optional.ofNullable(row.getString(21)));
  }

  private static Optional<Instant> instant(ResultSet row, int column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  private static byte[] json(Map<String, String> headers) {
    try {
      return JSON.writeValueAsBytes(headers);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("headers are texts", e);
    }
  }

  private static Map<String, String> headers(byte[] json) {
    try {
      return Map.copyOf(JSON.readValue(json, new TypeReference<Map<String, String>>() {}));
    } catch (java.io.IOException e) {
      throw new IllegalStateException("headers were kept as JSON", e);
    }
  }

  private static String secretName(String id) {
    return "webhook/" + id;
  }

  private static String oldSecretName(String id) {
    return "webhook.old/" + id;
  }

  private static String headersName(String id) {
    return "webhook.headers/" + id;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
