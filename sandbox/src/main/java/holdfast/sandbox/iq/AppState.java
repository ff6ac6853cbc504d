package holdfast.sandbox.iq;

import holdfast.sandbox.world.Collection;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.util.ArrayList;
import java.util.List;

/// `w:sync:app:state`: encrypted patches up and down (protocol page 07 § 5).
final class AppState implements Namespace {
  /// Patches of one answer at most; more are asked for again.
  private static final int PAGE = 50;

  @Override
  public List<Element> answer(Request request) {
    var answers =
        request.iq().requireChild("sync").children("collection").stream()
            .map(asked -> collection(request, asked))
            .toList();
    return List.of(Element.of("sync").containing(answers));
  }

  private static Element collection(Request request, Element asked) {
    var name = asked.require("name");
    var collection = request.world().collection(request.account(), name);
    var patch = asked.child("patch");
    return patch.isPresent()
        ? upload(request, name, collection, asked)
        : download(name, collection, asked.number("version").orElse(0L));
  }

  private static Element upload(
      Request request, String name, Collection collection, Element asked) {
    long base = asked.number("version").orElse(0L);
    boolean conflict =
        request.world().faults().take("app_state_conflict", request.device().key()).isPresent();
    if (base != collection.version() || conflict) {
      return download(name, collection, base)
          .with("type", "error")
          .containing(conflict(collection, base));
    }
    try {
      collection.append(asked.requireChild("patch").bytes());
    } catch (IllegalArgumentException e) {
      return Element.of("collection")
          .with("name", name)
          .with("type", "error")
          .containing(Element.of("error").with("code", 400).with("text", "bad-request"));
    }
    var notice =
        request
            .world()
            .notification(Jid.SERVER, "server_sync")
            .containing(
                Element.of("collection").with("name", name).with("version", collection.version()));
    request.account().others(request.device()).forEach(other -> other.deliver(notice));
    return Element.of("collection")
        .with("name", name)
        .with("version", collection.version())
        .with("type", "result");
  }

  private static List<Element> conflict(Collection collection, long base) {
    return List.of(
        Element.of("error").with("code", 409).with("text", "conflict"), patches(collection, base));
  }

  private static Element download(String name, Collection collection, long version) {
    var missing = collection.after(version);
    var answer = Element.of("collection").with("name", name).with("type", "result");
    long reached = Math.min(collection.version(), version + PAGE);
    if (missing.size() > PAGE) {
      answer = answer.with("has_more_patches", "true");
    }
    answer = answer.with("version", Math.max(reached, 0));
    return missing.isEmpty() ? answer : answer.containing(patches(collection, version));
  }

  private static Element patches(Collection collection, long version) {
    var elements = new ArrayList<Element>();
    for (var patch : collection.after(version)) {
      if (elements.size() < PAGE) {
        elements.add(Element.of("patch").containing(patch));
      }
    }
    return Element.of("patches").containing(elements);
  }
}
