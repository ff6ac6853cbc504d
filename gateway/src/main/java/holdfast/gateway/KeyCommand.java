package holdfast.gateway;

import holdfast.gateway.http.Guard;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `holdfast key create|list|revoke`: for whoever has the data folder, also while the gateway runs.
final class KeyCommand {
  private static final List<String> SCOPES = List.of("admin", "tenant", "read", "send", "metrics");

  private final Settings settings;
  private final PrintStream out;

  KeyCommand(Settings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  static void describe(CommandSpec command) {
    command.addPositional(Main.word("ACTION", "0", "create, list or revoke; create if absent"));
    command.addPositional(Main.word("ID", "1", "the key to revoke"));
    command.addOption(Main.option("--scope", "admin, tenant, read, send or metrics (admin)"));
    command.addOption(Main.option("--tenant", "the only tenant that the key reaches"));
    command.addOption(Main.option("--name", "what it is for"));
  }

  int perform(ParseResult command) {
    try (var folder = DataFolder.visit(settings.keep().data());
        var database =
            Database.open(folder, settings.keep().database(), settings.keep().masterKey())) {
      return switch (command.matchedPositionalValue(0, "create")) {
        case "create" -> create(database, command);
        case "list" -> list(database);
        case "revoke" -> revoke(database, command.matchedPositionalValue(1, ""));
        default -> throw new BadSettings("key: create, list or revoke");
      };
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
