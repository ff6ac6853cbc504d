package holdfast.gateway;

import holdfast.gateway.session.Loops;
import holdfast.gateway.store.DatabaseUrl;
import holdfast.gateway.store.MasterKey;
import holdfast.gateway.store.Retention;
import holdfast.session.Times;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What the operator decided, checked.
public record Settings(
    Listen listen, Keep keep, WhatsApp whatsapp, Loops.Patience patience, Care care, Log log) {
  public record Listen(String bind, int port) {}

  /// `database`: a PostgreSQL instead of the embedded one.
  public record Keep(
      Path data,
      Optional<DatabaseUrl> database,
      Optional<MasterKey> masterKey,
      Optional<String> adminKey,
      Retention.Rules rules) {
    @Override
    public String toString() {
      return "Keep[data=" + data + "]";
    }
  }

  /// Where WhatsApp is. `root`: the public key of its Noise certificates; `trust`: a file of
  /// further CAs; `revision`: a fixed one.
  public record WhatsApp(
      URI url, byte[] root, Optional<Path> trust, Optional<Integer> revision, String deviceName) {
    /// Whether this is the real one: only then its public pages are asked for the revision.
    public boolean isReal() {
      return "web.whatsapp.com".equalsIgnoreCase(url.getHost());
    }
  }

  /// How sessions treat WhatsApp and webhooks their targets. `perMinute`: messages in each
  /// `window`, 0 when pacing is off.
  public record Care(
      boolean managed,
      Duration maxDelay,
      int conflictMax,
      Duration coolDown,
      int perMinute,
      Duration window,
      double restoreRate,
      boolean privateTargets) {}

  /// `printQr`: whether QRs are drawn in the terminal as well. `timeline`: the transitions of each
  /// tenant that are kept.
  public record Log(String format, String level, boolean printQr, int timeline) {}

  private static final int ROOT_LENGTH = 32;
  private static final Duration RESENDING = Duration.ofDays(7);
  private static final int PORTS = 65_536;

  /// By the environment's variables alone.
  public static Settings of(Map<String, String> environment) {
    return of(Optional.empty(), environment, Map.of());
  }

  static Settings of(
      Optional<Path> file, Map<String, String> environment, Map<Setting, String> flags) {
    var sources = Sources.of(file, environment, flags);
    return new Settings(
        new Listen(sources.text(Setting.BIND), number(sources, Setting.PORT, 0, PORTS - 1)),
        new Keep(
            Path.of(sources.text(Setting.DATA)),
            sources.find(Setting.DATABASE_URL).map(Settings::database),
            sources.find(Setting.MASTER_KEY).map(MasterKey::parse),
            sources.find(Setting.ADMIN_KEY),
            kept(sources)),
        whatsapp(sources),
        patience(sources),
        care(sources),
        new Log(
            oneOf(sources, Setting.LOG_FORMAT, "text", "json"),
            oneOf(sources, Setting.LOG_LEVEL, "error", "warn", "info", "debug", "trace"),
            oneOf(sources, Setting.PRINT_QR, "true", "false").equals("true"),
            number(sources, Setting.TIMELINE_KEEP, 10, 1_000_000)));
  }

  /// What was given isn't repeated: a password may stand in it.
  private static DatabaseUrl database(String text) {
    return DatabaseUrl.parse(text)
        .orElseThrow(
            () ->
                new BadSettings(
                    "database-url must be like postgresql://user:password@host:5432/database"));
  }

  private static Retention.Rules kept(Sources sources) {
    var messages = duration(sources, Setting.MESSAGE_RETENTION);
    if (messages.compareTo(RESENDING) < 0) {
      throw new BadSettings(
          "message-retention must be at least P7D: so long phones may ask for a message again");
    }
    return new Retention.Rules(
        duration(sources, Setting.EVENT_RETENTION),
        number(sources, Setting.EVENT_LIMIT, 1, Integer.MAX_VALUE),
        messages);
  }

  private static WhatsApp whatsapp(Sources sources) {
    var url = url(sources.text(Setting.WHATSAPP_URL));
    if (url.getScheme().equals("ws") && !isLoopback(url)) {
      throw new BadSettings(
          "whatsapp-url: ws:// is allowed on this machine only, use wss:// for " + url.getHost());
    }
    return new WhatsApp(
        url,
        root(sources.text(Setting.WHATSAPP_ROOT)),
        sources.find(Setting.TRUST).map(Settings::readable),
        sources
            .find(Setting.REVISION)
            .map(_ -> number(sources, Setting.REVISION, 1, Integer.MAX_VALUE)),
        sources.text(Setting.DEVICE_NAME));
  }

  private static URI url(String text) {
    try {
      var url = URI.create(text);
      if (url.getHost() != null && Set.of("ws", "wss").contains(String.valueOf(url.getScheme()))) {
        return url;
      }
    } catch (IllegalArgumentException _) {
      // falls through to the same answer
    }
    throw new BadSettings("whatsapp-url must be a ws:// or wss:// address, not " + text);
  }

  private static final Pattern LOCAL = Pattern.compile("(?i)localhost|127\\.[0-9.]+|\\[::1]");

  /// By the address as well as by the name: `localhost` may have been pointed somewhere else.
  static boolean isLoopback(URI url) {
    if (!LOCAL.matcher(url.getHost()).matches()) {
      return false;
    }
    try {
      return InetAddress.getByName(url.getHost()).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false;
    }
  }

  private static byte[] root(String hex) {
    try {
      var key = HexFormat.of().parseHex(hex.toLowerCase(Locale.ROOT));
      if (key.length == ROOT_LENGTH) {
        return key;
      }
    } catch (IllegalArgumentException _) {
      // falls through to the same answer
    }
    throw new BadSettings("whatsapp-root must be 32 bytes in hex");
  }

  private static Path readable(String text) {
    var file = Path.of(text);
    if (!Files.isReadable(file)) {
      throw new BadSettings("trust: the file " + text + " can't be read");
    }
    return file;
  }

  private static Care care(Sources sources) {
    var onThisMachine = isLoopback(url(sources.text(Setting.WHATSAPP_URL)));
    return new Care(
        oneOf(sources, Setting.RECONNECT, "managed", "manual").equals("managed"),
        duration(sources, Setting.RECONNECT_MAX_DELAY),
        number(sources, Setting.CONFLICT_MAX, 1, 100),
        duration(sources, Setting.CONFLICT_COOL_DOWN),
        sources.text(Setting.PACING).equals("off")
            ? 0
            : number(sources, Setting.PACING, 1, 100_000),
        duration(sources, Setting.PACING_WINDOW),
        sources.find(Setting.RESTORE_RATE).isPresent()
            ? number(sources, Setting.RESTORE_RATE, 1, 100_000)
            : onThisMachine ? 500 : 50,
        oneOf(sources, Setting.WEBHOOK_PRIVATE_TARGETS, "true", "false").equals("true"));
  }

  /// R20. R8 bounds a start, so an attempt has no more.
  private static Loops.Patience patience(Sources sources) {
    var second = Duration.ofSeconds(1);
    var connect = within(sources, Setting.CONNECT_TIMEOUT, second, Duration.ofMinutes(3));
    var tcp = within(sources, Setting.TCP_TIMEOUT, second.dividedBy(10), connect);
    return new Loops.Patience(
        tcp,
        within(sources, Setting.QUERY_TIMEOUT, second, Duration.ofMinutes(10)),
        new Times(
            connect,
            within(sources, Setting.KEEP_ALIVE, second, Duration.ofMinutes(5)),
            within(sources, Setting.QR_TIME, second, Duration.ofMinutes(2))));
  }

  private static Duration within(Sources sources, Setting setting, Duration least, Duration most) {
    var text = sources.text(setting);
    try {
      var duration = Duration.parse(text);
      if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
        return duration;
      }
    } catch (DateTimeParseException _) {
      // falls through to the same answer
    }
    throw new BadSettings(
        "%s must be a duration from %s to %s, not %s".formatted(setting.key(), least, most, text));
  }

  private static int number(Sources sources, Setting setting, int least, int most) {
    var text = sources.text(setting);
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException _) {
      // falls through to the same answer
    }
    throw new BadSettings(
        "%s must be a number from %d to %d, not %s".formatted(setting.key(), least, most, text));
  }

  private static Duration duration(Sources sources, Setting setting) {
    var text = sources.text(setting);
    try {
      var duration = Duration.parse(text);
      if (duration.isPositive()) {
        return duration;
      }
    } catch (DateTimeParseException _) {
      // falls through to the same answer
    }
    throw new BadSettings(setting.key() + " must be a duration such as PT30S, not " + text);
  }

  private static String oneOf(Sources sources, Setting setting, String... words) {
    var text = sources.text(setting);
    for (var word : words) {
      if (word.equals(text)) {
        return word;
      }
    }
    throw new BadSettings(
        "%s must be %s, not %s".formatted(setting.key(), String.join(" or ", words), text));
  }
}
