package holdfast.gateway.store;

import holdfast.client.Store.StaleEpoch;
import holdfast.stanza.Jid;
import holdfast.store.Outbound;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// What a tenant has had sent, to be looked through; newest first.
public final class SentMessages {
  private final Readers readers;
  private final TenantKeys keys;

  SentMessages(Readers readers, TenantKeys keys) {
    this.readers = readers;
    this.keys = keys;
  }

  private record Tenant(long number, Seal seal) {}

  /// At most `limit`, accepted before the one whose id is `after`. `chats`: the forms of one chat;
  /// `state`: as it is now.
  public List<Outbound> page(
      String tenant,
      Optional<? extends Collection<Jid>> chats,
      Optional<Outbound.State> state,
      Optional<String> after,
      int limit) {
    return readers.read(
        sql -> {
          var known =
              sql.first(
                      "SELECT number, key FROM tenant WHERE id = ?",
                      row ->
                          new Tenant(
                              row.getLong(1), keys.open(row.getLong(1), tenant, row.getBytes(2))),
                      tenant)
                  .orElseThrow(() -> new StaleEpoch(tenant));
          var arguments = new ArrayList<Object>();
          arguments.add(known.number());
          after.ifPresent(arguments::add);
          chats.ifPresent(forms -> forms.forEach(jid -> arguments.add(jid.toString())));
          arguments.add(limit);
          return sql.all(
              query(chats.map(Collection::size).orElse(0), state, after.isPresent()),
              row -> OutboundRows.read(row, known.seal()),
              arguments.toArray());
        });
  }

  /// The state stands in the text, or the partial index on the rare ones couldn't be chosen.
  static String query(int chats, Optional<Outbound.State> state, boolean after) {
    return "SELECT "
        + OutboundRows.COLUMNS
        + " FROM outbound WHERE tenant = ?"
        + (after ? " AND id < ?" : "")
        + (chats == 0
            ? ""
            : " AND chat IN (" + String.join(", ", Collections.nCopies(chats, "?")) + ")")
        + state.map(it -> " AND state = '" + it.wire() + "'").orElse("")
        + " ORDER BY id DESC LIMIT ?";
  }
}
