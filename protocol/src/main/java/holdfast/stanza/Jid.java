package holdfast.stanza;

import java.util.Comparator;
import java.util.Optional;

/// An address in WhatsApp: `user[:device]@server`. `user` is empty for a server's own JID; `device`
/// is 0 for a primary phone and for what has no devices; `integrator` is 0 but for `interop` JIDs.
///
/// Text forms: protocol page 02 § 3; vectors `jid.json`. An `interop` user is written
/// `integrator-user`. An agent part (`user_1`, `user.1`) is dropped when a text is read and never
/// written.
public record Jid(String user, String server, int device, int integrator)
    implements Attribute, Comparable<Jid> {
  public static final String PHONE_SERVER = "s.whatsapp.net";
  public static final String LID_SERVER = "lid";
  public static final String GROUP_SERVER = "g.us";
  public static final String BROADCAST_SERVER = "broadcast";
  public static final String NEWSLETTER_SERVER = "newsletter";
  public static final String BOT_SERVER = "bot";
  public static final String HOSTED_SERVER = "hosted";
  public static final String HOSTED_LID_SERVER = "hosted.lid";
  public static final String MESSENGER_SERVER = "msgr";
  public static final String INTEROP_SERVER = "interop";

  /// WhatsApp itself: the JID pair with an empty user.
  public static final Jid SERVER = new Jid("", PHONE_SERVER, 0, 0);

  /// Where group iqs go that concern no single group.
  public static final Jid GROUPS = new Jid("", GROUP_SERVER, 0, 0);

  public static final Jid STATUS = new Jid("status", BROADCAST_SERVER, 0, 0);

  private static final String OLD_PHONE_SERVER = "c.us";

  /// Far above any that there is: whoever keeps a JID in a key can rely on it.
  private static final int MAX_USER = 127;

  private static final int MAX_SERVER = 63;
  private static final int MAX_BYTE = 0xFF;
  private static final int MAX_SHORT = 0xFFFF;

  private static final Comparator<Jid> ORDER =
      Comparator.comparing(Jid::user)
          .thenComparing(Jid::server)
          .thenComparingInt(Jid::device)
          .thenComparingInt(Jid::integrator);

  public static Jid of(String user, String server) {
    return new Jid(user, server, 0, 0);
  }

  public static Jid phone(String number) {
    return of(number, PHONE_SERVER);
  }

  public static Jid lid(String user) {
    return of(user, LID_SERVER);
  }

  /// `c.us` is read as `s.whatsapp.net`. @throws MalformedStanza when `text` is no JID
  public static Jid parse(String text) {
    return tryParse(text).orElseThrow(() -> new MalformedStanza("a text is no JID"));
  }

  /// Empty when `text` is no JID.
  public static Optional<Jid> tryParse(String text) {
    int at = text.indexOf('@');
    if (at < 0 || at == text.length() - 1) {
      return Optional.empty();
    }
    var server = modern(text.substring(at + 1));
    int colon = text.lastIndexOf(':', at);
    int device = colon < 0 ? 0 : number(text, colon + 1, at);
    int end = colon < 0 ? at : colon;
    int integrator = 0;
    int start = 0;
    if (server.equals(INTEROP_SERVER) && text.indexOf('-') > 0) {
      start = text.indexOf('-') + 1;
      integrator = number(text, 0, start - 1);
    }
    if (device < 0 || integrator < 0 || start > end) {
      return Optional.empty();
    }
    var user = withoutAgent(text.substring(start, end), server);
    var jid = new Jid(user, server, device, integrator);
    return jid.isSound() ? Optional.of(jid) : Optional.empty();
  }

  /// What the bytes of a stanza say, with the old name of the phone server made new.
  /// @throws MalformedStanza when its text form would mean another JID, or it can't be written
  static Jid received(String user, String server, int device, int integrator) {
    var jid = new Jid(withoutAgent(user, server), modern(server), device, integrator);
    if (!jid.isSound()) {
      throw new MalformedStanza("a JID with impossible parts");
    }
    return jid;
  }

  public Jid withDevice(int number) {
    return device == number ? this : new Jid(user, server, number, integrator);
  }

  /// The account or chat behind a device.
  public Jid bare() {
    return withDevice(0);
  }

  /// A server's own JID: it has no user.
  public boolean isServer() {
    return user.isEmpty();
  }

  /// A phone number's account, hosted ones included.
  public boolean isPhone() {
    return server.equals(PHONE_SERVER) || server.equals(HOSTED_SERVER);
  }

  /// A hidden account, hosted ones included.
  public boolean isLid() {
    return server.equals(LID_SERVER) || server.equals(HOSTED_LID_SERVER);
  }

  public boolean isGroup() {
    return server.equals(GROUP_SERVER);
  }

  public boolean isStatus() {
    return isBroadcast() && user.equals("status");
  }

  /// A broadcast list, or the status.
  public boolean isBroadcast() {
    return server.equals(BROADCAST_SERVER);
  }

  public boolean isNewsletter() {
    return server.equals(NEWSLETTER_SERVER);
  }

  /// Compares account and server, not the device.
  public boolean sameUser(Jid other) {
    return user.equals(other.user) && server.equals(other.server) && integrator == other.integrator;
  }

  /// The address by which Signal knows a device, e.g. `15551234567.0`, `210000000000001_1.7`.
  /// Source: 04 § 7.
  public String signalAddress() {
    var domain =
        switch (server) {
          case LID_SERVER -> "_1";
          case HOSTED_SERVER -> "_128";
          case HOSTED_LID_SERVER -> "_129";
          default -> "";
        };
    return user + domain + '.' + device;
  }

  @Override
  public int compareTo(Jid other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    var name = server.equals(INTEROP_SERVER) ? integrator + "-" + user : user;
    return device == 0 ? name + '@' + server : name + ':' + device + '@' + server;
  }

  /// Whether the text form means this JID again, the wire can carry it and stores can look it up.
  private boolean isSound() {
    boolean wide = server.equals(MESSENGER_SERVER) || server.equals(INTEROP_SERVER);
    int maxDevice = wide ? MAX_SHORT : hasDevices(server) ? MAX_BYTE : 0;
    return isPlain(user)
        && user.length() <= MAX_USER
        && isPlain(server)
        && server.length() <= MAX_SERVER
        && !server.isEmpty()
        && (device == 0 || !user.isEmpty())
        && device <= maxDevice
        && integrator <= MAX_SHORT;
  }

  /// No sign that parts a JID, or JIDs in a key; nothing unprintable.
  private static boolean isPlain(String part) {
    for (int index = 0; index < part.length(); index++) {
      char sign = part.charAt(index);
      if (sign <= ' ' || sign == '@' || sign == ':' || sign == '/') {
        return false;
      }
    }
    return true;
  }

  /// Whether this server's accounts have devices that are told apart by one byte.
  private static boolean hasDevices(String server) {
    return domain(server) >= 0;
  }

  /// The byte that stands for a server whose accounts have devices; -1 for the others.
  static int domain(String server) {
    return switch (server) {
      case PHONE_SERVER -> 0;
      case LID_SERVER -> 1;
      case HOSTED_SERVER -> 128;
      case HOSTED_LID_SERVER -> 129;
      default -> -1;
    };
  }

  private static String modern(String server) {
    return server.equals(OLD_PHONE_SERVER) ? PHONE_SERVER : server;
  }

  private static String withoutAgent(String user, String server) {
    if (!hasDevices(server)) {
      return user;
    }
    int cut = Math.max(user.indexOf('_'), user.indexOf('.'));
    boolean agent = cut > 0 && number(user, cut + 1, user.length()) >= 0;
    return agent ? user.substring(0, cut) : user;
  }

  /// The decimal number of at most five digits that fills a range; -1 when none does.
  private static int number(String text, int from, int to) {
    if (from >= to || to - from > 5) {
      return -1;
    }
    int number = 0;
    for (int index = from; index < to; index++) {
      int digit = text.charAt(index) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = 10 * number + digit;
    }
    return number;
  }
}
