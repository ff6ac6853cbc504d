package holdfast.gateway;

import holdfast.gateway.moving.AuthFiles;
import holdfast.gateway.moving.Moving;
import holdfast.gateway.moving.UnfitState;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.StoreRefused;
import holdfast.gateway.tenant.TenantConfig;
import holdfast.gateway.tenant.TenantId;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// `holdfast import-baileys` and `export-baileys`: on the data folder of a gateway that isn't
/// running. Beside one that runs, the API does the same.
final class MovingCommand {
  static final String IMPORT = "import-baileys";
  static final String EXPORT = "export-baileys";

  private static final String ALL = "--all";
  private static final String REPLACE = "--replace";

  private final Settings settings;
  private final PrintStream out;
  private final InstantSource clock = InstantSource.system();

  MovingCommand(Settings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  static void describeImport(CommandSpec command) {
    command.addPositional(Main.word("TENANT", "0", "the tenant, which is made if need be"));
    command.addPositional(Main.word("FOLDER", "1", "the auth folder"));
    command.addOption(
        Main.option(ALL, "a folder of folders TENANT/auth, or TENANT, to import them all"));
    command.addOption(
        OptionSpec.builder(REPLACE)
            .arity("0")
            .type(Boolean.class)
            .description("gives up the link that a tenant has")
            .build());
  }

  static void describeExport(CommandSpec command) {
    command.addPositional(Main.word("TENANT", "0", "the tenant"));
    command.addPositional(Main.word("FOLDER", "1", "where to write the auth folder"));
  }

  int perform(ParseResult command) {
    var all = Optional.ofNullable(command.matchedOptionValue(ALL, (String) null));
    var tenant = command.matchedPositionalValue(0, "");
    var folder = command.matchedPositionalValue(1, "");
    if (all.isPresent() ? !tenant.isEmpty() : tenant.isEmpty() || folder.isEmpty()) {
      throw new BadSettings(
          command.commandSpec().name() + ": name a TENANT and a FOLDER" + hint(command));
    }
    try (var held = hold(command);
        var database =
            Database.open(held, settings.keep().database(), settings.keep().masterKey())) {
      database.facts().refuseUnlessSettled();
      var moving = new Moving(database.tenants(), database.sessions(), clock);
      if (command.commandSpec().name().equals(EXPORT)) {
        return give(moving, database, tenant, Path.of(folder));
      }
      boolean replace = command.hasMatchedOption(REPLACE);
      var links =
          all.isPresent() ? links(Path.of(all.get())) : List.of(new Link(tenant, Path.of(folder)));
      boolean well = true;
      for (var link : links) {
        well &= take(moving, database, link, replace);
      }
      return well ? 0 : Main.FAILED;
    } catch (IOException e) {
      throw new StoreRefused("a file can't be read or written: " + e.getMessage(), e);
    }
  }

  private static String hint(ParseResult command) {
    return command.commandSpec().name().equals(IMPORT) ? ", or --all FOLDER" : "";
  }

  /// A session that runs keeps its link in memory, so nobody else may touch it.
  private DataFolder hold(ParseResult command) {
    try {
      return DataFolder.open(settings.keep().data());
    } catch (StoreRefused.Held e) {
      var route = command.commandSpec().name().equals(EXPORT) ? "GET …/export" : "POST …/import";
      throw new StoreRefused(
          e.getMessage() + ": end it first, or use its API, " + route + " of the tenant", e);
    }
  }

  private record Link(String tenant, Path folder) {}

  /// `TENANT/auth` or `TENANT`, whichever holds the files.
  private static List<Link> links(Path tree) throws IOException {
    if (!Files.isDirectory(tree)) {
      throw new BadSettings("there is no folder " + tree);
    }
    var links = new ArrayList<Link>();
    try (var entries = Files.newDirectoryStream(tree, Files::isDirectory)) {
      for (var entry : entries) {
        var within = entry.resolve("auth");
        links.add(
            new Link(
                String.valueOf(entry.getFileName()), Files.isDirectory(within) ? within : entry));
      }
    }
    links.sort(java.util.Comparator.comparing(Link::tenant));
    if (links.isEmpty()) {
      throw new BadSettings("there are no folders in " + tree);
    }
    return links;
  }

  /// Returns whether it was taken. One that is refused holds up no other.
  private boolean take(Moving moving, Database database, Link link, boolean replace) {
    try {
      var tenant =
          TenantId.parse(link.tenant())
              .orElseThrow(() -> new UnfitState("a tenant id must match " + TenantId.PATTERN));
      var read = moving.read(AuthFiles.ofFolder(link.folder()));
      database.tenants().create(tenant.text(), TenantConfig.NONE.json(), clock.instant());
      var taken = moving.take(tenant.text(), read, replace);
      out.printf(
          "%s: imported, %d ratchets, %d prekeys, %d sender keys%n",
          link.tenant(), taken.ratchets(), taken.preKeys(), taken.senderKeys());
      return true;
    } catch (UnfitState | Moving.Linked | IOException e) {
      out.printf("%s: refused: %s%n", link.tenant(), e.getMessage());
      return false;
    }
  }

  private int give(Moving moving, Database database, String tenant, Path folder)
      throws IOException {
    if (database.tenants().find(tenant).isEmpty()) {
      throw new BadSettings("there is no tenant " + tenant);
    }
    try {
      var files = moving.exportOf(tenant);
      files.writeTo(folder);
      out.printf("%s: exported, %d files%n", tenant, files.files().size());
      out.println("Once Baileys has run with them, never start this tenant here again.");
      return 0;
    } catch (UnfitState | Moving.NotLinked e) {
      out.printf("%s: refused: %s%n", tenant, e.getMessage());
      return Main.FAILED;
    }
  }
}
