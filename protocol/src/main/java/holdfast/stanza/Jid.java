package holdfast.stanza;

import java.util.Optional;

/// An address in WhatsApp: `user[:device]@server`. `user` is empty for a server's own JID; `device`
/// is 0 for a
/// primary phone and for what has no devices; `integrator` is 0 but for `interop` JIDs.
///
/// Text forms: `protocol` pages 02 § 3; vectors `jid.json`.
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

  /// WhatsApp itself: the JID pair with an empty user.
  public static final Jid SERVER = new Jid("", PHONE_SERVER, 0, 0);

  /// Where group iqs go that concern no single group.
  public static final Jid GROUPS = new Jid("", GROUP_SERVER, 0, 0);

  public static final Jid STATUS = new Jid("status", BROADCAST_SERVER, 0, 0);

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
    throw new UnsupportedOperationException();
  }

  /// Empty when `text` is no JID.
  public static Optional<Jid> tryParse(String text) {
    throw new UnsupportedOperationException();
  }

  public Jid withDevice(int number) {
    return device == number ? this : new Jid(user, server, number, integrator);
  }

  /// The account or chat behind a device.
  public Jid bare() {
    return withDevice(0);
  }

  public boolean isPhone() {
    throw new UnsupportedOperationException(); // s.whatsapp.net or hosted
  }

  public boolean isLid() {
    throw new UnsupportedOperationException(); // lid or hosted.lid
  }

  public boolean isGroup() {
    throw new UnsupportedOperationException();
  }

  public boolean isStatus() {
    throw new UnsupportedOperationException();
  }

  public boolean isBroadcast() {
    throw new UnsupportedOperationException();
  }

  public boolean isNewsletter() {
    throw new UnsupportedOperationException();
  }

  /// Compares account and server, not the device.
  public boolean sameUser(Jid other) {
    throw new UnsupportedOperationException();
  }

  /// The address by which Signal knows a device, e.g. `15551234567.0`, `210000000000001_1.7`.
  /// Source: 04 § 7.
  public String signalAddress() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int compareTo(Jid other) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String toString() {
    throw new UnsupportedOperationException();
  }
}
