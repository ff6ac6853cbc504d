package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.client.MemoryStore;
import holdfast.crypto.KeyPair;
import holdfast.device.DeviceLists;
import holdfast.device.PreKeys;
import holdfast.device.Tokens;
import holdfast.group.Groups;
import holdfast.message.Content;
import holdfast.message.Inbound;
import holdfast.message.Outbox;
import holdfast.message.Pacing;
import holdfast.message.Placeholders;
import holdfast.message.SendRequest;
import holdfast.receipt.Receipts;
import holdfast.receipt.Retries;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import holdfast.step.Answer;
import holdfast.step.Context;
import holdfast.step.Effect;
import holdfast.step.Query;
import holdfast.step.Verdict;
import holdfast.store.Account;
import holdfast.store.Batch;
import holdfast.store.Cache;
import holdfast.store.Control;
import holdfast.store.Credentials;
import holdfast.store.Draft;
import holdfast.store.Event;
import holdfast.store.Outbound;
import holdfast.store.Table;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// One device run by the features of this library: every step is drained, committed and then acted
/// on, as a session does it.
final class Companion {
  private static final String TENANT = "t";
  private static final int FIRST_PREKEYS = 12;

  final World world;
  final Account account;
  final List<Event> events = new ArrayList<>();
  final List<Verdict> verdicts = new ArrayList<>();
  final List<String> unproven = new ArrayList<>();
  Outbox.Memory outbox = Outbox.Memory.NONE;
  Pacing pacing = Pacing.OFF;
  boolean connected = true;
  boolean available = true;
  boolean lost;

  /// Where the next steps end by a crash: asked once before and once after each commit, and before
  /// each effect.
  BooleanSupplier crashes = () -> false;

  private final MemoryStore store = new MemoryStore();
  private final RandomGenerator random;
  private Cache cache = new Cache(256);
  private Retries.Memory retries = Retries.Memory.NONE;
  private Placeholders.Memory placeholders = Placeholders.Memory.NONE;

  Companion(World world, Account account, KeyPair identity, Optional<byte[]> proof) {
    this.world = world;
    this.account = account;
    this.random = new Random(world.random.nextLong());
    var credentials =
        new Credentials(
            KeyPair.generate(random),
            identity,
            SignedPreKey.generate(1, identity, random),
            Optional.empty(),
            1000 + account.jid().device(),
            new byte[32],
            proof);
    var draft = new Draft(store.records(TENANT), cache);
    draft.credentials(credentials);
    draft.control(
        new Control(
            true, "connected", 1, Optional.of(account), Control.Conflicts.NONE, Optional.empty()));
    store.commit(draft.batch(TENANT, 1));
    draft.committed();
    act(step(PreKeys::afterLogin));
  }

  // ---- what a person does

  Outbound send(Jid to, String text) {
    return send(to, text, Optional.empty());
  }

  Outbound send(Jid to, String text, Optional<String> key) {
    return switch (queue(to, text, key)) {
      case Outbox.Queued.New it -> it.row();
      case Outbox.Queued.Repeated it -> it.row();
      case Outbox.Queued.Mismatch _ -> throw new AssertionError("another request");
      case Outbox.Queued.Untimely it -> throw new AssertionError(it.reason());
    };
  }

  Outbox.Queued queue(Jid to, String text, Optional<String> key) {
    return queue(to, text, key, Optional.empty());
  }

  Outbox.Queued queue(Jid to, String text, Optional<String> key, Optional<Instant> sendAt) {
    var request =
        new SendRequest(
            key,
            (to + text).getBytes(StandardCharsets.UTF_8),
            to,
            new Content.Text(text),
            SendRequest.WhenBusy.QUEUE,
            sendAt);
    var queued = new ArrayList<Outbox.Queued>();
    act(
        step(
            context -> {
              queued.add(
                  Outbox.queue(
                      context.draft(),
                      request,
                      Optional.of(account),
                      context.now(),
                      context.random()));
              return List.of();
            }));
    return queued.getFirst();
  }

  Outbound sendAt(Jid to, String text, Instant at) {
    return switch (queue(to, text, Optional.empty(), Optional.of(at))) {
      case Outbox.Queued.New it -> it.row();
      default -> throw new AssertionError("it wasn't accepted");
    };
  }

  Outbox.Cancelling cancel(Outbound row) {
    var done = new ArrayList<Outbox.Cancelling>();
    act(
        step(
            context -> {
              var cancelling = Outbox.cancel(context.draft(), outbox, row.id(), context.now());
              if (cancelling instanceof Outbox.Cancelling.Done(var memory, _)) {
                outbox = memory;
              }
              done.add(cancelling);
              return List.of();
            }));
    return done.getFirst();
  }

  // ---- what the server does

  void receive(Element element) {
    if (!connected) {
      return;
    }
    switch (Stanza.of(element)) {
      case Stanza.Message message -> act(step(context -> message(context, message)));
      case Stanza.Receipt receipt -> act(step(context -> receipt(context, receipt)));
      case Stanza.Ack ack -> act(step(context -> took(Outbox.acked(context, outbox, ack))));
      case Stanza.Notification notification ->
          act(step(context -> notified(context, notification)));
      default -> throw new AssertionError("unexpected " + element);
    }
  }

  private List<Effect> message(Context context, Stanza.Message message) {
    var taken = Inbound.take(context, message);
    verdicts.add(taken.verdict());
    if (taken.unproven()) {
      unproven.add(message.id());
    }
    return Receipts.answer(context, message, taken.verdict(), available);
  }

  private List<Effect> receipt(Context context, Stanza.Receipt receipt) {
    var effects = new ArrayList<>(Receipts.take(context, receipt));
    if (Retries.isRetry(receipt)) {
      effects.addAll(took(Retries.take(context, retries, receipt)));
      Placeholders.refused(context, receipt);
    }
    return effects;
  }

  private List<Effect> notified(Context context, Stanza.Notification notification) {
    var effects = new ArrayList<Effect>();
    switch (notification.type()) {
      case "encrypt" -> effects.addAll(PreKeys.notified(context, notification));
      case "devices", "account_sync" -> DeviceLists.notified(context, notification);
      case "privacy_token" -> Tokens.notified(context, notification);
      case "w:gp2" -> Groups.notified(context, notification);
      case "mex" -> effects.addAll(took(Outbox.notified(context, outbox, notification)));
      default -> throw new AssertionError(notification.type());
    }
    effects.add(new Effect.Acknowledge(Receipts.ack(notification.element())));
    return effects;
  }

  void answered(Query query, Answer answer) {
    if (!connected) {
      return;
    }
    act(
        step(
            context -> {
              var effects = new ArrayList<Effect>();
              effects.addAll(PreKeys.answered(context, query, answer, FIRST_PREKEYS));
              effects.addAll(took(Outbox.answered(context, outbox, query, answer)));
              effects.addAll(took(Retries.answered(context, retries, query, answer)));
              effects.addAll(took(Placeholders.answered(context, placeholders, query, answer)));
              return effects;
            }));
  }

  // ---- what time and the network do

  void alarm() {
    if (connected && placeholders.due().filter(due -> !due.isAfter(world.now)).isPresent()) {
      act(step(_ -> List.of()));
    }
    if (outbox.deadline().filter(due -> !due.isAfter(world.now)).isPresent()) {
      act(step(context -> took(Outbox.deadlinePassed(context, outbox))));
    }
  }

  void disconnect() {
    connected = false;
    outbox = Outbox.Memory.NONE;
    retries = Retries.Memory.NONE;
    placeholders = Placeholders.Memory.NONE;
  }

  /// A new connection, perhaps of a new process.
  void connect() {
    connected = true;
    lost = false;
    cache = new Cache(256);
    act(step(context -> took(Outbox.resumed(context, outbox))));
    world.redeliver(this);
  }

  // ---- what can be seen

  Outbound row(Outbound row) {
    return store.records(TENANT).outbound(row.id()).orElseThrow();
  }

  Draft peek() {
    return new Draft(store.records(TENANT), new Cache(16));
  }

  /// Lets a test meddle with the records, as one step.
  void meddle(java.util.function.Consumer<Context> change) {
    act(
        step(
            context -> {
              change.accept(context);
              return List.of();
            }));
  }

  /// Nobody can read any more what is stored in this table.
  void damage(Table<?> table) {
    var writes =
        store.records(TENANT).keys(table, "", Integer.MAX_VALUE).stream()
            .map(key -> new Batch.Write(table, key, Optional.of(new byte[] {7}), Optional.empty()))
            .toList();
    assertThat(writes).isNotEmpty();
    store.commit(new Batch(TENANT, 1, writes, List.of(), List.of()));
    cache = new Cache(256);
  }

  /// The texts received, in their order.
  List<String> texts() {
    return received().stream().flatMap(event -> event.text().stream()).toList();
  }

  List<Event.MessageReceived> received() {
    return all(Event.MessageReceived.class);
  }

  <T extends Event> List<T> all(Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  Jid jid() {
    return account.lid();
  }

  // ---- a step

  private List<Effect> step(Function<Context, List<Effect>> body) {
    var draft = new Draft(store.records(TENANT), cache);
    var context = new Context(draft, account, draft.credentials().orElseThrow(), world.now, random);
    var effects = new ArrayList<>(body.apply(context));
    if (connected) {
      effects.addAll(took(Outbox.pump(context, outbox, pacing)));
      effects.addAll(took(Placeholders.pump(context, placeholders)));
    }
    if (crashed()) {
      return List.of();
    }
    var batch = draft.batch(TENANT, 1);
    if (!batch.isEmpty()) {
      store.commit(batch);
    }
    draft.committed();
    events.addAll(batch.events());
    return effects;
  }

  private List<Effect> took(Outbox.Step step) {
    outbox = step.memory();
    lost |= step.connectionLost();
    return step.effects();
  }

  private List<Effect> took(Placeholders.Step step) {
    placeholders = step.memory();
    return step.effects();
  }

  private List<Effect> took(Retries.Step step) {
    retries = step.memory();
    return step.effects();
  }

  /// Acknowledgements last.
  private void act(List<Effect> effects) {
    var ordered = new ArrayList<Effect>();
    effects.stream().filter(it -> !(it instanceof Effect.Acknowledge)).forEach(ordered::add);
    effects.stream().filter(Effect.Acknowledge.class::isInstance).forEach(ordered::add);
    for (var effect : ordered) {
      if (!connected || crashed()) {
        return;
      }
      world.takes(this, effect);
    }
  }

  private boolean crashed() {
    if (connected && crashes.getAsBoolean()) {
      disconnect();
      return true;
    }
    return false;
  }

  Instant now() {
    return world.now;
  }

  @Override
  public String toString() {
    return account.jid().toString();
  }
}
