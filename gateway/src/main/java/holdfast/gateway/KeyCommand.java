package holdfast.gateway;

import holdfast.gateway.http.Guard;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.MasterKey;
import holdfast.gateway.store.StoreRefused;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `holdfast key create|list|revoke`: for whoever has the data folder, also while the gateway runs.
final class KeyCommand {
  private static final List<String> SCOPES = List.of("admin", "tenant", "read", "send", "metrics");

  private static final String NEW_MASTER_KEY = "--new-master-key";

  private final Settings settings;
  private final PrintStream out;

  KeyCommand(Settings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  static void describe(CommandSpec command) {
    command.addPositional(
        Main.word("ACTION", "0", "create, list, revoke or rotate-master; create if absent"));
    command.addPositional(Main.word("ID", "1", "the key to revoke"));
    command.addOption(Main.option("--scope", "admin, tenant, read, send or metrics (admin)"));
    command.addOption(Main.option("--tenant", "the only tenant that the key reaches"));
    command.addOption(
        Main.option(
            NEW_MASTER_KEY, "for rotate-master: 32 bytes as hex or base64; made if absent"));
    command.addOption(Main.option("--name", "what it is for"));
  }

  int perform(ParseResult command) {
    if (command.matchedPositionalValue(0, "").equals("rotate-master")) {
      return rotateMaster(command);
    }
    try (var folder = DataFolder.visit(settings.keep().data());
        var database =
            Database.open(folder, settings.keep().database(), settings.keep().masterKey())) {
      return switch (command.matchedPositionalValue(0, "create")) {
        case "create" -> create(database, command);
        case "list" -> list(database);
        case "revoke" -> revoke(database, command.matchedPositionalValue(1, ""));
        default -> throw new BadSettings("key: create, list, revoke or rotate-master");
      };
    }
  }

  /// Whoever runs knows the old key, so nobody may.
  private int rotateMaster(ParseResult command) {
    var keep = settings.keep();
    var given =
        Optional.ofNullable(command.matchedOptionValue(NEW_MASTER_KEY, (String) null))
            .map(MasterKey::parse);
    if (keep.masterKey().isPresent() && given.isEmpty()) {
      throw new BadSettings(
          "the master key is a setting: give the one to come as " + NEW_MASTER_KEY);
    }
    try (var folder = DataFolder.open(keep.data());
        var database = Database.open(folder, keep.database(), keep.masterKey())) {
      boolean inFile = keep.masterKey().isEmpty();
      int tenants = database.rotate(folder, given.orElseGet(MasterKey::random), inFile);
      out.printf(
          "%d tenants sealed anew; %s%n",
          tenants,
          inFile ? "master.key is the new one: copy it" : "set master-key to the new one now");
      return 0;
    } catch (IOException e) {
      throw new StoreRefused("the new master key can't be written", e);
    }
  }

  private int create(Database database, ParseResult command) {
    var scope = command.matchedOptionValue("--scope", "admin");
    var tenant = Optional.ofNullable(command.matchedOptionValue("--tenant", (String) null));
    if (!SCOPES.contains(scope)) {
      throw new BadSettings("--scope must be one of " + String.join(", ", SCOPES));
    }
    boolean ofAll = scope.equals("admin") || scope.equals("metrics");
    if ((ofAll && tenant.isPresent()) || (scope.equals("tenant") && tenant.isEmpty())) {
      throw new BadSettings("--tenant goes with tenant, read and send, and scope tenant needs it");
    }
    if (tenant.isPresent() && database.tenants().find(tenant.get()).isEmpty()) {
      throw new BadSettings("there is no tenant " + tenant.get());
    }
    var name = command.matchedOptionValue("--name", "");
    var made = Guard.make(database.apiKeys(), scope, tenant, name, Instant.now());
    out.println(made.text());
    return 0;
  }

  private int list(Database database) {
    for (var key : database.apiKeys().all()) {
      out.printf(
          "%s  %-6s  %s  %s  %s%n",
          key.id(), key.scope(), key.createdAt(), key.tenant().orElse("-"), key.name());
    }
    return 0;
  }

  private int revoke(Database database, String id) {
    if (!database.apiKeys().delete(id)) {
      throw new BadSettings("there is no key " + id);
    }
    return 0;
  }
}
