package holdfast.gateway;

import holdfast.gateway.moving.Restored;
import holdfast.gateway.store.Backup;
import holdfast.gateway.store.DataFolder;
import holdfast.gateway.store.Database;
import holdfast.gateway.store.StoreRefused;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/// `holdfast backup FILE`, also while the gateway runs, and `holdfast restore FILE`. Without a file
/// `restore` makes safe what was brought back by other means, or by one that was cut off.
final class BackupCommand {
  static final String BACKUP = "backup";
  static final String RESTORE = "restore";

  private static final String WITH_KEY = "--with-key";

  private final Settings settings;
  private final PrintStream out;

  BackupCommand(Settings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  static void describeBackup(CommandSpec command) {
    command.addPositional(Main.word("FILE", "0", "the file to write"));
    command.addOption(
        OptionSpec.builder(WITH_KEY)
            .arity("0")
            .type(Boolean.class)
            .description("copies the key file as FILE.key: whoever has both has every link")
            .build());
  }

  static void describeRestore(CommandSpec command) {
    command.addPositional(
        Main.word("FILE", "0", "a backup; absent when the database is there already"));
  }

  int perform(ParseResult command) {
    try {
      return command.commandSpec().name().equals(BACKUP) ? take(command) : bringBack(command);
    } catch (IOException e) {
      throw new StoreRefused("a file can't be read or written: " + e.getMessage(), e);
    }
  }

  private int take(ParseResult command) throws IOException {
    var file = command.matchedPositionalValue(0, "");
    if (file.isEmpty()) {
      throw new BadSettings("backup: name a FILE");
    }
    if (settings.keep().database().isPresent()) {
      throw new BadSettings("backup: PostgreSQL is backed up by pg_dump, beside the master key");
    }
    boolean withKey = command.hasMatchedOption(WITH_KEY);
    new Backup(Path.of(file)).take(DataFolder.visit(settings.keep().data()), withKey);
    out.printf("%s: %d bytes%n", file, Files.size(Path.of(file)));
    out.println(
        withKey
            ? file + ".key opens it: keep the two apart."
            : "Its secrets are sealed with the master key, which isn't in it.");
    return 0;
  }

  private int bringBack(ParseResult command) throws IOException {
    var file = command.matchedPositionalValue(0, "");
    var keep = settings.keep();
    if (!file.isEmpty() && keep.database().isPresent()) {
      throw new BadSettings("restore: bring PostgreSQL back by pg_restore, then leave FILE out");
    }
    try (var folder = DataFolder.open(keep.data())) {
      if (!file.isEmpty()) {
        new Backup(Path.of(file)).bringBack(folder, keep.masterKey());
      } else if (keep.database().isEmpty() && !Files.isRegularFile(folder.database())) {
        throw new StoreRefused("there is no store in " + folder + ": name a FILE");
      }
      try (var database = Database.open(folder, keep.database(), keep.masterKey())) {
        var settled =
            new Restored(database.tenants(), database.sessions(), database.facts()).settle();
        out.printf(
            "restored: %d links, which begin new ratchets with everybody%n", settled.links());
        if (settled.damaged() > 0) {
          out.printf("of %d tenants something can't be read, and isn't used%n", settled.damaged());
        }
        return 0;
      }
    }
  }
}
