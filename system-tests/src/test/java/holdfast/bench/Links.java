package holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.client.Store;
import holdfast.crypto.KeyPair;
import holdfast.gateway.store.Tenants;
import holdfast.signal.PreKey;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Jid;
import holdfast.store.Account;
import holdfast.store.Cache;
import holdfast.store.Control;
import holdfast.store.Credentials;
import holdfast.store.Draft;
import holdfast.store.PreKeyBook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/// Puts companions that the sandbox has prepared into the store, as a pairing would have left them.
final class Links {
  private final Tenants tenants;
  private final Store store;

  Links(Tenants tenants, Store store) {
    this.tenants = tenants;
    this.store = store;
  }

  /// Gives the epoch under which the tenant is owned from now on.
  long take(String tenant, JsonNode companion) {
    tenants.create(tenant, "{}", Instant.now());
    long epoch = tenants.takeOver(tenant).orElseThrow();
    var draft = new Draft(store.records(tenant), new Cache(1));
    draft.credentials(credentials(companion));
    draft.control(
        new Control(
            true,
            "connected",
            0,
            Optional.of(account(companion)),
            Control.Conflicts.NONE,
            Optional.empty()));
    int next = 1;
    for (var key : companion.path("preKeys")) {
      draft.preKey(new PreKey(key.path("id").asInt(), pair(key, "key")));
      next = key.path("id").asInt() + 1;
    }
    int signed = companion.path("signedPreKey").path("id").asInt();
    draft.preKeyBook(new PreKeyBook(next, true, signed, Instant.now()));
    store.commit(draft.batch(tenant, epoch));
    return epoch;
  }

  private static Account account(JsonNode companion) {
    return new Account(
        Jid.parse(companion.path("jid").asText()),
        Jid.parse(companion.path("lid").asText()),
        Optional.of(companion.path("pushName").asText()),
        "android");
  }

  private static Credentials credentials(JsonNode companion) {
    var signed = companion.path("signedPreKey");
    return new Credentials(
        pair(companion, "noiseKey"),
        pair(companion, "identityKey"),
        new SignedPreKey(
            signed.path("id").asInt(), pair(signed, "key"), bytes(signed, "signature")),
        Optional.empty(),
        companion.path("registrationId").asInt(),
        bytes(companion, "advSecret"),
        Optional.of(bytes(companion, "deviceIdentity")));
  }

  private static KeyPair pair(JsonNode from, String field) {
    return KeyPair.of(bytes(from, field));
  }

  private static byte[] bytes(JsonNode from, String field) {
    try {
      return from.path(field).binaryValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
