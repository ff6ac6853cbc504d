package holdfast.sandbox.phone;

/// A message as a person sees it on the phone. `chat` and `from`: a phone number, or a group's JID.
/// `copies` counts how often it came in with other bytes: more than once is somebody's mistake.
public record Note(
    long sequence,
    String id,
    String chat,
    String from,
    String type,
    String text,
    long at,
    int copies) {
  Note again() {
    return new Note(sequence, id, chat, from, type, text, at, copies + 1);
  }

  @Override
  public String toString() {
    return "Note[" + id + "]";
  }
}
