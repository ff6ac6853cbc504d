package holdfast.client;

import holdfast.message.Content;
import holdfast.message.SendRequest;
import holdfast.pairing.Device;
import holdfast.session.Caller;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.session.Settings;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.StanzaCodec;
import holdfast.store.Account;
import holdfast.store.Batch;
import holdfast.store.Cache;
import holdfast.store.Control;
import holdfast.store.Credentials;
import holdfast.store.Draft;
import holdfast.store.Event;
import holdfast.store.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// The outside of one session on one thread: a network, a store, alarms and a clock that obey the
/// test. `journal` tells in which order things reached the outside.
final class LoopWorld {
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  static final String TENANT = "shop";
  static final Account ACCOUNT =
      new Account(
          Jid.phone("15550100001").withDevice(7),
          Jid.lid("210000000000009").withDevice(7),
          Optional.of("Ann"),
          "android");

  final List<String> journal = new ArrayList<>();
  final List<Socket> sockets = new ArrayList<>();
  final List<Event> events = new ArrayList<>();
  final Shelf store = new Shelf();
  final SessionLoop loop;
  Instant now = NOON;
  boolean unreachable;

  private final ArrayDeque<Runnable> jobs = new ArrayDeque<>();
  private final PriorityQueue<Bell> bells =
      new PriorityQueue<>((one, other) -> one.at.compareTo(other.at));

  LoopWorld(boolean linked) {
    this(Optional.of(ACCOUNT).filter(_ -> linked));
  }

  /// `linked`: the account that the session is linked to.
  LoopWorld(Optional<Account> linked) {
    linked.ifPresent(this::link);
    loop = loop(1);
    loop.listen(events::add);
  }

  SessionLoop loop(long epoch) {
    var settings = Settings.of(new Device("Mac OS", 1_035_194_821L));
    var ports = new Ports(this::open, this::bell, store, jobs::add, () -> now, new Random(5));
    return new SessionLoop(TENANT, epoch, ports, () -> settings);
  }

  private void link(Account account) {
    var draft = new Draft(store.records(TENANT), new Cache(16));
    draft.credentials(Credentials.generate(new Random(9)).linked(new byte[] {1}));
    draft.control(Control.NEW.withAccount(Optional.of(account)));
    store.commit(draft.batch(TENANT, 1));
    journal.clear();
    store.commits = 0;
  }

  // ---- time

  /// Everything that can happen without time passing, happens.
  void settle() {
    for (var job = jobs.poll(); job != null; job = jobs.poll()) {
      job.run();
    }
  }

  void pass(Duration time) {
    var end = now.plus(time);
    settle();
    int rung = 0;
    while (!bells.isEmpty() && !bells.peek().at.isAfter(end)) {
      var bell = bells.remove();
      now = bell.at.isAfter(now) ? bell.at : now;
      bell.ring.run();
      settle();
      if (++rung > 10_000) {
        throw new AssertionError("alarms ring without end");
      }
    }
    now = end;
  }

  private Alarms.Alarm bell(Instant at, Runnable ring) {
    var bell = new Bell(at, ring);
    bells.add(bell);
    return () -> bells.remove(bell);
  }

  private static final class Bell {
    private final Instant at;
    private final Runnable ring;

    Bell(Instant at, Runnable ring) {
      this.at = at;
      this.ring = ring;
    }
  }

  // ---- the network

  private Transport.Connection open(Transport.Request request, Transport.Listener listener) {
    if (unreachable) {
      throw new IllegalStateException("no file descriptor is left");
    }
    var socket = new Socket(listener);
    sockets.add(socket);
    journal.add("open");
    return socket;
  }

  Socket socket() {
    return sockets.getLast();
  }

  long openSockets() {
    return sockets.stream().filter(socket -> !socket.gone).count();
  }

  /// A connection as the server has it: it answers what a login asks, if it is told to.
  final class Socket implements Transport.Connection {
    final List<Element> got = new ArrayList<>();
    boolean answers = true;
    boolean reads = true;
    boolean lingers;
    boolean stuck;
    boolean gone;
    private final Transport.Listener listener;

    Socket(Transport.Listener listener) {
      this.listener = listener;
    }

    @Override
    public void send(List<byte[]> stanzas) {
      for (var bytes : stanzas) {
        var stanza = StanzaCodec.decode(bytes);
        got.add(stanza);
        journal.add(
            "send " + stanza.tag() + stanza.attribute("xmlns").map(it -> " " + it).orElse(""));
        if (answers && stanza.is("iq") && !stanza.require("type").equals("result")) {
          say(answer(stanza));
        }
      }
    }

    @Override
    public void close() {
      if (!lingers) {
        destroy();
      }
    }

    @Override
    public void destroy() {
      if (!stuck) {
        end(Input.Cause.CLOSED);
      }
    }

    @Override
    public void reading(boolean on) {
      reads = on;
    }

    void end(Input.Cause cause) {
      if (!gone) {
        gone = true;
        listener.closed(cause, "told by the test");
      }
    }

    void say(Element stanza) {
      listener.received(StanzaCodec.encode(stanza));
    }

    void sayBytes(byte[] bytes) {
      listener.received(bytes);
    }

    Optional<Element> asked(String namespace) {
      return got.stream()
          .filter(stanza -> stanza.attribute("xmlns").equals(Optional.of(namespace)))
          .findFirst();
    }

    void opened() {
      listener.opened();
    }
  }

  static Element answer(Element iq) {
    var result =
        Element.of("iq")
            .with("from", Jid.SERVER)
            .with("type", "result")
            .with("id", iq.require("id"));
    return iq.child("count").isPresent()
        ? result.containing(Element.of("count").with("value", 40))
        : result;
  }

  static Element success(Jid lid) {
    return Element.of("success").with("t", 1_767_268_800L).with("lid", lid);
  }

  static Element offline() {
    return Element.of("ib")
        .with("from", Jid.SERVER)
        .containing(Element.of("offline").with("count", 0));
  }

  // ---- what a test asks for

  CompletableFuture<Outcome> start() {
    var answer =
        loop.ask(caller -> new Input.Start(caller, Input.Wait.CONNECTED, false))
            .toCompletableFuture();
    settle();
    return answer;
  }

  /// Linked, started, logged in, proven, and the backlog taken.
  Socket connect() {
    loop.ask(caller -> new Input.Start(caller, Input.Wait.NONE, false));
    settle();
    socket().opened();
    socket().say(success(ACCOUNT.lid()));
    settle();
    socket().say(offline());
    settle();
    return socket();
  }

  /// A store that counts, and fails when told to.
  final class Shelf implements Store {
    private final MemoryStore inner = new MemoryStore();
    int commits;
    boolean failing;
    boolean unreadable;
    boolean stale;
    boolean dying;

    @Override
    public Records records(String tenant) {
      if (unreadable) {
        throw new StoreUnavailable("told by the test", new IllegalStateException());
      }
      return inner.records(tenant);
    }

    @Override
    public void commit(Batch batch) {
      if (failing) {
        throw new StoreUnavailable("told by the test", new IllegalStateException());
      }
      if (dying) {
        throw new OutOfMemoryError("told by the test");
      }
      if (stale) {
        throw new StaleEpoch(batch.tenant());
      }
      inner.commit(batch);
      commits++;
      journal.add("commit");
    }
  }

  /// A text for somebody.
  static Input send(Caller caller, String text) {
    return new Input.Send(
        caller,
        new SendRequest(
            Optional.empty(),
            text.getBytes(StandardCharsets.UTF_8),
            Jid.phone("15550100002"),
            new Content.Text(text),
            SendRequest.WhenBusy.QUEUE));
  }
}
