package holdfast.client;

import holdfast.session.Input;
import holdfast.session.Phase;
import holdfast.session.Session;
import holdfast.session.Status;
import holdfast.store.Event;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whoever wants to know what becomes of a session. One that fails is its own affair: the batch is
/// durable and done.
final class Audience {
  private static final Logger log = LoggerFactory.getLogger(Audience.class);

  final List<Consumer<Status>> watchers = new CopyOnWriteArrayList<>();
  final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
  final List<Consumer<String>> hearers = new CopyOnWriteArrayList<>();
  final List<Runnable> revisionRefusals = new CopyOnWriteArrayList<>();
  final List<SessionLoop.Onlooker> onlookers = new CopyOnWriteArrayList<>();
  private final String tenant;

  Audience(String tenant) {
    this.tenant = tenant;
  }

  void watch(Status status) {
    tell(watchers, status);
  }

  void listen(List<Event> events) {
    events.forEach(event -> tell(listeners, event));
  }

  void say(String line) {
    log.info("tenant={} {}", Names.masked(tenant), line);
    tell(hearers, line);
  }

  void murmur(String line) {
    log.debug("tenant={} {}", Names.masked(tenant), line);
    tell(hearers, line);
  }

  void look(Phase before, Input input) {
    onlookers.forEach(onlooker -> onlooker.taken(before, input));
  }

  void look(List<Session.Lived> lived) {
    onlookers.forEach(onlooker -> lived.forEach(onlooker::lived));
  }

  private <T> void tell(List<Consumer<T>> who, T news) {
    for (var listener : who) {
      try {
        listener.accept(news);
      } catch (RuntimeException e) {
        log.error("tenant={} a listener failed", Names.masked(tenant), e);
      }
    }
  }
}
