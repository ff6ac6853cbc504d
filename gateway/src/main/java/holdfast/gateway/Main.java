package holdfast.gateway;

import holdfast.gateway.http.HttpServer;
import holdfast.gateway.store.StoreRefused;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// The gateway's commands. What goes wrong is one line on stderr and an exit code of its own.
public final class Main {
  static final int FAILED = 1;
  static final int BAD_SETTINGS = 2;
  static final int STORE_REFUSED = 3;
  static final int PORT_TAKEN = 4;

  private static final String CONFIG = "--config";

  private final Map<String, String> environment;
  private final PrintStream out;
  private final PrintStream err;

  Main(Map<String, String> environment, PrintStream out, PrintStream err) {
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  public static void main(String[] arguments) {
    int code = new Main(System.getenv(), System.out, System.err).run(arguments);
    if (code != 0) {
      System.exit(code);
    }
  }

  /// Returns the exit code. `run` returns when the process has been told to end.
  int run(String... arguments) {
    try {
      var line = new CommandLine(commands());
      var parsed = line.parseArgs(arguments);
      if (CommandLine.printHelpIfRequested(parsed)) {
        return 0;
      }
      return perform(line, parsed);
    } catch (ParameterException | BadSettings e) {
      return fail(e, BAD_SETTINGS);
    } catch (StoreRefused e) {
      return fail(e, STORE_REFUSED);
    } catch (HttpServer.PortTaken e) {
      return fail(e, PORT_TAKEN);
    }
  }

  private int fail(RuntimeException e, int code) {
    err.println("holdfast: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    return code;
  }

  private int perform(CommandLine line, ParseResult parsed) {
    var command = parsed.subcommand();
    if (command == null) {
      line.usage(err);
      return BAD_SETTINGS;
    }
    var settings = settings(command);
    return switch (command.commandSpec().name()) {
      case "run" -> serve(settings);
      case "doctor" -> new Doctor(settings, out).examine();
      case BackupCommand.BACKUP, BackupCommand.RESTORE ->
          new BackupCommand(settings, out).perform(command);
      case MovingCommand.IMPORT, MovingCommand.EXPORT ->
          new MovingCommand(settings, out).perform(command);
      default -> new KeyCommand(settings, out).perform(command);
    };
  }

  private int serve(Settings settings) {
    // Before the first line is logged, because that is when they are read.
    System.setProperty("holdfast.log", settings.log().format());
    System.setProperty("holdfast.log.level", settings.log().level());
    var ended = new CompletableFuture<Integer>();
    var gateway = Gateway.start(settings, () -> ended.complete(STORE_REFUSED));
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      gateway.close();
                      ended.complete(0);
                    }));
    gateway.madeAdminKey().ifPresent(key -> out.println("admin key: " + key));
    out.println("ready " + gateway.url());
    out.flush();
    int code = ended.join();
    if (code == STORE_REFUSED) {
      err.println("holdfast: another Holdfast has taken the database over");
      gateway.close();
    }
    return code;
  }

  private Settings settings(ParseResult command) {
    var flags = new EnumMap<Setting, String>(Setting.class);
    for (var setting : Setting.values()) {
      if (command.hasMatchedOption(setting.flag())) {
        flags.put(setting, command.matchedOptionValue(setting.flag(), ""));
      }
    }
    Optional<Path> file =
        command.hasMatchedOption(CONFIG)
            ? Optional.of(Path.of(command.matchedOptionValue(CONFIG, "")))
            : Optional.empty();
    return Settings.of(file, environment, flags);
  }

  private static CommandSpec commands() {
    var root = CommandSpec.create().name("holdfast");
    root.usageMessage().description("A gateway that keeps WhatsApp links alive for many tenants.");
    root.addSubcommand("run", command("run", "Runs the gateway."));
    root.addSubcommand(
        "doctor", command("doctor", "Checks the settings, the store and the way to WhatsApp."));
    var key = command("key", "Makes, lists and revokes API keys.");
    KeyCommand.describe(key);
    root.addSubcommand("key", key);
    var backup = command(BackupCommand.BACKUP, "Copies the store, also while it is used.");
    BackupCommand.describeBackup(backup);
    root.addSubcommand(BackupCommand.BACKUP, backup);
    var restore = command(BackupCommand.RESTORE, "Brings a copy of the store back.");
    BackupCommand.describeRestore(restore);
    root.addSubcommand(BackupCommand.RESTORE, restore);
    var importing = command(MovingCommand.IMPORT, "Takes over the link of a Baileys auth folder.");
    MovingCommand.describeImport(importing);
    root.addSubcommand(MovingCommand.IMPORT, importing);
    var exporting = command(MovingCommand.EXPORT, "Writes a link as a Baileys auth folder.");
    MovingCommand.describeExport(exporting);
    root.addSubcommand(MovingCommand.EXPORT, exporting);
    return root;
  }

  private static CommandSpec command(String name, String meaning) {
    var command = CommandSpec.create().name(name).mixinStandardHelpOptions(true);
    command.usageMessage().description(meaning);
    for (var setting : Setting.values()) {
      command.addOption(
          setting == Setting.PRINT_QR
              ? OptionSpec.builder(option(setting.flag(), meaning(setting)))
                  .arity("0..1")
                  .fallbackValue("true")
                  .build()
              : option(setting.flag(), meaning(setting)));
    }
    return command.addOption(
        option(CONFIG, "a file of settings; holdfast.conf is read if it is there"));
  }

  private static String meaning(Setting setting) {
    var standard = setting.standard();
    // A percent sign would be read as a format by picocli; no meaning has one.
    return setting.meaning() + (standard.isEmpty() ? "" : " (" + standard + ")");
  }

  static OptionSpec option(String flag, String meaning) {
    return OptionSpec.builder(flag)
        .type(String.class)
        .paramLabel("VALUE")
        .description(meaning)
        .build();
  }

  static PositionalParamSpec word(String label, String index, String meaning) {
    return PositionalParamSpec.builder()
        .type(String.class)
        .index(index)
        .arity("0..1")
        .paramLabel(label)
        .description(meaning)
        .build();
  }
}
