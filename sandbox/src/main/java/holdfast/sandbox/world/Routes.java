package holdfast.sandbox.world;

import holdfast.stanza.Jid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The routing table: message id and sender → [Route]. Bounded in number and age; kept over a
/// restart.
public final class Routes {
  private static final int MOST = 200_000;
  private static final Duration AGE = Duration.ofHours(24);

  private final Records records;
  private final Map<String, Route> byKey = new LinkedHashMap<>();
  private final Map<String, List<Route>> byId = new HashMap<>();

  Routes(Records records) {
    this.records = records;
  }

  void restore(World world) {
    var all = new ArrayList<Route.Stored>();
    records.each("route", (_, bytes) -> all.add(Json.read(bytes, Route.Stored.class)));
    all.sort(Comparator.comparingLong(Route.Stored::at));
    for (var stored : all) {
      world
          .byPhone(stored.phone())
          .flatMap(account -> account.device(stored.device()))
          .ifPresent(sender -> keep(Route.restored(stored, sender)));
    }
  }

  /// The way of this device's message of this id, when it has sent one before.
  public Optional<Route> of(Device sender, String id) {
    return Optional.ofNullable(byKey.get(key(id, sender)));
  }

  public Route add(Device sender, String id, Jid to, long at, String hash) {
    var route = new Route(id, sender, to, at, hash);
    keep(route);
    records.put("route", key(id, sender), () -> Json.bytes(route.stored()));
    trim(at);
    return route;
  }

  private void keep(Route route) {
    byKey.put(key(route.id(), route.sender()), route);
    byId.merge(route.id(), List.of(route), Routes::joined);
  }

  private static List<Route> joined(List<Route> some, List<Route> more) {
    var all = new ArrayList<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }

  private void trim(long now) {
    var oldest = byKey.values().iterator();
    while (oldest.hasNext()) {
      var route = oldest.next();
      if (byKey.size() <= MOST && route.at() > now - AGE.toSeconds()) {
        return;
      }
      oldest.remove();
      byId.remove(route.id());
      records.remove("route", key(route.id(), route.sender()));
    }
  }

  /// What a receipt of `reader` for message `id` speaks of; `to` is its chat or sender.
  public Optional<Route> find(String id, Jid to) {
    var routes = byId.getOrDefault(id, List.of());
    return routes.stream()
        .filter(route -> fits(route, to))
        .findFirst()
        .or(() -> routes.stream().findFirst());
  }

  private static boolean fits(Route route, Jid to) {
    if (to.isGroup() || to.isBroadcast()) {
      return route.to().equals(to);
    }
    var account = route.sender().account();
    return to.user().equals(account.phone()) || to.user().equals(account.lid());
  }

  private static String key(String id, Device sender) {
    return id + "/" + sender.key();
  }
}
