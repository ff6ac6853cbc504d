package holdfast.relay;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.store.Event;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;

/// A companion that misses messages. Its phone is played by the test: what it is asked lies in
/// `world.messages(gateway)`.
abstract class MissedMessages {
  static final Duration PATIENCE = Duration.ofSeconds(5);

  final World world = new World();
  final World.Person ann = world.person("15550100001", 0, 3, 4);
  final World.Person ben = world.person("15550100002", 0);
  final Companion gateway = ann.device(3);
  final Companion phone = ann.device(0);
  final Companion ben0 = ben.device(0);
  private UnaryOperator<Optional<World.Delivery>> damage = UnaryOperator.identity();
  final OwnPhone played = new OwnPhone(phone, gateway);

  @BeforeEach
  void talk() {
    phone.send(ben.phone, "first");
    ann.device(4).send(ben.phone, "second");
    ben0.send(ann.phone, "third");
    world.run();
    gateway.events.clear();
    world.incoming.clear();
    world.asked.clear();
  }

  String missed(String text) {
    return missed(ann.phone, text);
  }

  /// A message that comes damaged, and whose sender isn't told.
  String missed(Jid chat, String text) {
    corruptOnce();
    var row = ben0.send(chat, text);
    world.run();
    return row.messageId();
  }

  void corruptOnce() {
    world.swallow = MissedMessages::isRetry;
    world.tamper =
        delivery -> {
          // What is asked of the phone is read by the test.
          var kept = delivery.filter(it -> it.to() != phone || !it.stanza().is("message"));
          return damage.apply(kept);
        };
    damage = RetryTest.corrupting(gateway, 1);
  }

  static boolean isRetry(Element stanza) {
    return stanza.attribute("type").filter("retry"::equals).isPresent();
  }

  /// Its sender gets the retry receipt after all.
  void resends(String id) {
    var retry =
        world.sent(gateway, "receipt").stream()
            .filter(it -> isRetry(it) && it.require("id").equals(id))
            .findFirst();
    var author = ids(ben0).contains(id) ? ben0 : ann.device(4);
    retry.ifPresent(
        it -> {
          boolean group = it.requireJid("to").isGroup();
          var receipt = it.without("to").without("participant").with("t", 1);
          author.receive(
              group
                  ? receipt.with("from", it.requireJid("to")).with("participant", gateway.jid())
                  : receipt.with("from", gateway.jid()));
        });
    world.run();
  }

  private List<String> ids(Companion from) {
    return world.messages(from).stream().map(it -> it.require("id")).toList();
  }

  void restart() {
    gateway.disconnect();
    gateway.connect();
    world.run();
  }

  List<Element> requests() {
    return world.messages(gateway).stream()
        .filter(it -> it.attribute("category").equals(Optional.of("peer")))
        .toList();
  }

  List<String> types() {
    return gateway.events.stream().map(Event::type).toList();
  }

  void answer(Element request, String id, String text) {
    gateway.receive(
        played.sealed(
            phone, OwnPhone.response(request.require("id"), OwnPhone.info(id, text)), true));
    world.run();
  }

  Element unavailable(String id, long at) {
    return OwnPhone.message(id, ben0.jid())
        .with("t", at)
        .containing(Element.of("unavailable").with("type", "hosted_unavailable_fanout"));
  }
}
