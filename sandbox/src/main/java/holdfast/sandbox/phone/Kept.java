package holdfast.sandbox.phone;

/// A message's content as the phone keeps it: to send it again, for the history, for those who
/// missed it. `chat` is a JID's text (LID or group), `sender` a LID's.
record Kept(String id, String chat, String sender, boolean peer, byte[] message, long at) {
  @Override
  public String toString() {
    return "Kept[" + id + "]";
  }
}
