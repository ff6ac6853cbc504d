package holdfast.presence;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.time.Instant;

/// What a companion says of itself being there.
public final class Presences {
  private static final long DAY_MS = 24L * 60 * 60 * 1000;

  private Presences() {}

  /// `name` without `@`, which the network doesn't take in names.
  public static Element available(String name) {
    return Element.of("presence").with("type", "available").with("name", name.replace("@", ""));
  }

  public static Element unavailable(String name) {
    return Element.of("presence").with("type", "unavailable").with("name", name.replace("@", ""));
  }

  /// An id that is the same for all of a week, shifted by three days. Source: protocol page 03 §
  /// 4.4.
  public static Element unifiedSession(Instant now) {
    var id = (now.toEpochMilli() + 3 * DAY_MS) % (7 * DAY_MS);
    return Element.of("ib").containing(Element.of("unified_session").with("id", id));
  }

  /// Keep-alive and the second half of the send probe (R11): a child-less `w:p` iq.
  public static Element ping() {
    return Element.of("iq").with("to", Jid.SERVER).with("type", "get").with("xmlns", "w:p");
  }
}
