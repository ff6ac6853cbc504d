package holdfast.store;

/// Which one-time prekey ids have been used up: the next one to make, 1 … 0xFFFFFF, and whether any
/// was ever uploaded.
public record PreKeyBook(int nextId, boolean uploadedOnce) {
  public static final PreKeyBook NEW = new PreKeyBook(1, false);
}
