package holdfast.sandbox.world;

import holdfast.stanza.Jid;

/// Where a message came from and went to, so that receipts find the way back.
public final class Route {
  record Stored(String id, String phone, int device, String to, long at, String hash) {}

  private final String id;
  private final Device sender;
  private final Jid to;
  private final long at;
  private final String hash;
  private boolean retryForwarded;

  Route(String id, Device sender, Jid to, long at, String hash) {
    this.id = id;
    this.sender = sender;
    this.to = to;
    this.at = at;
    this.hash = hash;
  }

  static Route restored(Stored stored, Device sender) {
    return new Route(stored.id(), sender, Jid.parse(stored.to()), stored.at(), stored.hash());
  }

  Stored stored() {
    return new Stored(id, sender.account().phone(), sender.number(), to.toString(), at, hash);
  }

  public String id() {
    return id;
  }

  public Device sender() {
    return sender;
  }

  /// As the sender wrote it: PN or LID, group, status.
  public Jid to() {
    return to;
  }

  public long at() {
    return at;
  }

  /// Of the stanza's bytes: tells a repetition from another message under the same id.
  public String hash() {
    return hash;
  }

  public boolean isRetryForwarded() {
    return retryForwarded;
  }

  /// From now on other bytes under this id are what was asked for.
  public void setRetryForwarded() {
    retryForwarded = true;
  }
}
