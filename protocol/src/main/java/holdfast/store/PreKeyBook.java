package holdfast.store;

import java.time.Instant;

/// What is known of the prekeys that the server hands out for us.
///
/// `nextId`: the next one-time prekey to make, 1 … 0xFFFFFF, then from 1 again. `uploadedOnce`:
/// whether any was ever taken by the server. `signedId` and `signedAt`: the signed prekey that the
/// server holds and since when; 0 and EPOCH before the first login has told.
public record PreKeyBook(int nextId, boolean uploadedOnce, int signedId, Instant signedAt) {
  public static final PreKeyBook NEW = new PreKeyBook(1, false, 0, Instant.EPOCH);

  public PreKeyBook withNextId(int id) {
    return new PreKeyBook(id, uploadedOnce, signedId, signedAt);
  }

  public PreKeyBook uploaded() {
    return new PreKeyBook(nextId, true, signedId, signedAt);
  }

  /// The server holds this signed prekey; when it held another before, since now.
  public PreKeyBook signedBy(int id, Instant now) {
    return id == signedId ? this : new PreKeyBook(nextId, uploadedOnce, id, now);
  }
}
