package holdfast.gateway.moving;

import holdfast.stanza.Jid;
import holdfast.store.Account;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Who is meant by the names in an auth folder.
///
/// Versions 7 mark a LID in the name of a device (`2100…_1.7`); versions 6 write the bare user, for
/// a phone number and for a LID alike, and keep no table of which belongs to which. What such a
/// name means is told by what else stands in the folder; where nothing does, by its length.
final class Peers {
  /// LIDs have 14 or 15 digits; no country gives out numbers that long.
  private static final int LID_DIGITS = 14;

  private static final String REVERSE = "_reverse";

  private final Set<String> lids = new HashSet<>();
  private final Map<String, String> lidOf = new HashMap<>();

  Peers(Account account, AuthFiles files) {
    pair(account.jid().user(), account.lid().user());
    files.eachOfKind(
        Kind.LID_MAPPING,
        (id, file) -> {
          if (!id.endsWith(REVERSE)) {
            pair(id, file.text());
          }
        });
    files.eachOfKind(
        Kind.SENDER_KEY_MEMORY,
        (_, file) ->
            file.members().keySet().stream()
                .flatMap(name -> Jid.tryParse(name).stream())
                .filter(Jid::isLid)
                .forEach(jid -> lids.add(jid.user())));
  }

  private void pair(String phone, String lid) {
    lidOf.put(phone, lid);
    lids.add(lid);
  }

  /// Phone users and the LID users that are the same accounts.
  Map<String, String> pairs() {
    return Map.copyOf(lidOf);
  }

  /// A device by its Signal name, `user.device` or `user_domain.device`. Empty when it is none.
  Optional<Jid> device(String name) {
    int dot = name.lastIndexOf('.');
    if (dot < 1) {
      return Optional.empty();
    }
    return device(name.substring(0, dot), name.substring(dot + 1));
  }

  Optional<Jid> device(String name, String device) {
    int mark = name.indexOf('_');
    var user = mark < 0 ? name : name.substring(0, mark);
    var domain = mark < 0 ? "" : name.substring(mark + 1);
    var server =
        switch (domain) {
          case "1" -> Jid.LID_SERVER;
          case "128" -> Jid.HOSTED_SERVER;
          case "129" -> Jid.HOSTED_LID_SERVER;
          default -> isLid(user) ? Jid.LID_SERVER : Jid.PHONE_SERVER;
        };
    return Jid.tryParse(user + ":" + device + "@" + server);
  }

  private boolean isLid(String user) {
    return lids.contains(user) || (!lidOf.containsKey(user) && user.length() >= LID_DIGITS);
  }

  /// A device's address in our records: under its LID where that is known.
  Jid known(Jid device) {
    var lid = device.isPhone() ? lidOf.get(device.user()) : null;
    if (lid == null) {
      return device;
    }
    boolean hosted = device.server().equals(Jid.HOSTED_SERVER);
    return new Jid(
        lid, hosted ? Jid.HOSTED_LID_SERVER : Jid.LID_SERVER, device.device(), device.integrator());
  }

  /// Two names whose ratchets are with the same identity key are one device: that pairs a phone
  /// number and a LID where no table does.
  void learn(Map<Jid, List<SessionFile.Kept>> ratchets) {
    for (var phone : ratchets.keySet()) {
      if (phone.isPhone() && !lidOf.containsKey(phone.user())) {
        twin(phone, ratchets).ifPresent(lid -> pair(phone.user(), lid.user()));
      }
    }
  }

  private static Optional<Jid> twin(Jid phone, Map<Jid, List<SessionFile.Kept>> ratchets) {
    return ratchets.keySet().stream()
        .filter(jid -> jid.isLid() && jid.device() == phone.device())
        .filter(
            jid ->
                identities(ratchets, phone)
                    .anyMatch(
                        mine ->
                            identities(ratchets, jid)
                                .anyMatch(theirs -> Arrays.equals(mine, theirs))))
        .findFirst();
  }

  private static Stream<byte[]> identities(Map<Jid, List<SessionFile.Kept>> ratchets, Jid device) {
    return ratchets.getOrDefault(device, List.of()).stream().map(SessionFile.Kept::remoteIdentity);
  }
}
