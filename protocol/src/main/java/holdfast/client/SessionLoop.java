package holdfast.client;

import holdfast.client.Mailbox.Letter;
import holdfast.session.Caller;
import holdfast.session.Input;
import holdfast.session.Outcome;
import holdfast.session.Phase;
import holdfast.session.Session;
import holdfast.session.Settings;
import holdfast.session.Status;
import holdfast.session.Statuses;
import holdfast.stanza.MalformedStanza;
import holdfast.stanza.StanzaCodec;
import holdfast.store.Cache;
import holdfast.store.Draft;
import holdfast.store.Event;
import holdfast.store.Unreadable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one session: drain, step, commit, act (design § 2). An idle session costs no thread.
///
/// Whatever happens is put into the mailbox from any thread; one batch at a time is taken out of
/// it. Nothing of a batch is seen outside before it is durable. If the commit fails, nothing was
/// sent: the session in memory is thrown away and restored from the store.
public final class SessionLoop implements Connections.Sink {
  private static final Logger log = LoggerFactory.getLogger(SessionLoop.class);

  /// Inputs taken at most in one batch: what a commit costs is shared, what a caller waits is
  /// bounded.
  private static final int BATCH = 256;

  /// Records kept decoded between batches.
  private static final int CACHED = 512;

  /// After a batch that had to be dropped; doubles while it goes on.
  private static final Duration RECOVERY_PAUSE = Duration.ofSeconds(2);

  private static final Duration RECOVERY_PAUSE_MAX = Duration.ofMinutes(1);
  private static final Duration RECOVERED = Duration.ofMinutes(5);

  /// After this long without a commit nothing is kept decoded.
  private static final Duration IDLE = Duration.ofMinutes(2);

  private static final Input RING = new Input.Alarm();

  /// Told of each input as it is taken, with the phase that it found, and of what the life was
  /// given for it.
  public interface Onlooker {
    void taken(Phase before, Input input);

    void lived(Session.Lived given);
  }

  private final String tenant;
  private final long epoch;
  private final Ports ports;
  private final Supplier<Settings> settings;
  private final Connections connections;
  private final Cache cache = new Cache(CACHED);
  private final Mailbox mailbox;
  private final AtomicBoolean running = new AtomicBoolean();
  private final Answers answers = new Answers();
  private final Audience audience;
  private final Acts acts;
  private volatile Status status;

  // Confined to the mailbox.
  private Session.State state;
  private Alarms.@Nullable Alarm alarm;
  private @Nullable Instant alarmAt;
  private boolean abandoned;
  private Instant busyAt = Instant.EPOCH;
  private boolean broken;
  private volatile boolean shut;
  private Alarms.@Nullable Alarm recovery;
  private Duration recoveryPause = RECOVERY_PAUSE;
  private Instant brokenAt = Instant.EPOCH;

  /// Restores the session from the store; nothing runs until [#restore] or a command. `epoch`: as
  /// the store gave it to this owner. `settings`: asked again for each batch.
  public SessionLoop(String tenant, long epoch, Ports ports, Supplier<Settings> settings) {
    this.tenant = tenant;
    this.epoch = epoch;
    this.ports = ports;
    this.settings = settings;
    this.connections = new Connections(tenant, ports.transport(), this);
    this.mailbox = new Mailbox(connections::reading);
    this.audience = new Audience(tenant);
    this.acts = new Acts(connections, answers, audience, this);
    this.state = restoredState();
    this.status = Statuses.of(state);
  }

  private Session.State restoredState() {
    return Session.State.restored(new Draft(ports.store().records(tenant), cache), ports.random());
  }

  // ---- from outside, on any thread

  /// Puts a command into the mailbox; the answer comes after its commit. Fails with [Restarted]
  /// when the session had to be restored before it could answer.
  public CompletionStage<Outcome> ask(Function<Caller, Input> command) {
    var answer = new CompletableFuture<Outcome>();
    putFor(answer, command);
    return answer;
  }

  /// Expected and put at once: whoever is told that nothing comes of it must have nothing left in
  /// the mailbox, or what he does again would be done twice.
  private Caller putFor(CompletableFuture<Outcome> answer, Function<Caller, Input> command) {
    synchronized (answers) {
      var caller = answers.expect(answer);
      put(new Letter.Of(command.apply(caller)));
      return caller;
    }
  }

  private void tellAll(RuntimeException why) {
    List<CompletableFuture<Outcome>> told;
    synchronized (answers) {
      drop();
      told = answers.takeAll();
    }
    told.forEach(answer -> answer.completeExceptionally(why));
  }

  /// As [#ask], but the caller is told how things stand once its patience is over.
  public CompletionStage<Outcome> ask(Function<Caller, Input> command, Duration patience) {
    var answer = new CompletableFuture<Outcome>();
    var caller = putFor(answer, command);
    var bell =
        ports
            .alarms()
            .set(
                ports.clock().instant().plus(patience),
                () -> put(new Letter.Of(new Input.GiveUpWaiting(caller))));
    return answer.whenComplete((_, _) -> bell.cancel());
  }

  /// Goes on as the store says it should (R21).
  public void restore() {
    put(new Letter.Of(new Input.Restore()));
  }

  /// Another session got through, so that there is a network again (R15). Harmless to one that
  /// doesn't wait for it.
  public void networkIsBack() {
    put(new Letter.Of(new Input.NetworkBack()));
  }

  /// Closes the connection; what is wanted stays wanted.
  public CompletionStage<Outcome> close() {
    shut = true;
    return ask(Input.ShutDown::new);
  }

  public Status status() {
    return status;
  }

  /// Called after each batch that changed what people see, on the mailbox's thread: must not block.
  public void watch(Consumer<Status> watcher) {
    audience.watchers.add(watcher);
  }

  /// Called with each event once it is durable, in order, on the mailbox's thread: must not block.
  public void listen(Consumer<Event> listener) {
    audience.listeners.add(listener);
  }

  /// Called with each line that the session says, heartbeats included, on the mailbox's thread:
  /// must not block.
  public void hear(Consumer<String> hearer) {
    audience.hearers.add(hearer);
  }

  @Override
  public void opened(long generation) {
    put(new Letter.Of(new Input.Opened(generation)));
  }

  @Override
  public void received(long generation, byte[] stanza) {
    put(new Letter.Frame(generation, stanza));
  }

  @Override
  public void closed(long generation, Input.Cause cause, String text) {
    put(new Letter.Of(new Input.Closed(generation, cause, text)));
  }

  @Override
  public void due() {
    put(new Letter.Due());
  }

  private void put(Letter letter) {
    mailbox.put(letter);
    schedule();
  }

  private void schedule() {
    if (running.compareAndSet(false, true)) {
      ports.executor().execute(this::run);
    }
  }

  // ---- the mailbox

  private void run() {
    try {
      if (abandoned) {
        tellAll(new Restarted(new Store.StaleEpoch(tenant)));
      } else {
        batch();
      }
    } finally {
      running.set(false);
      if (!mailbox.isEmpty()) {
        schedule();
      }
    }
  }

  private void batch() {
    try {
      if (broken) {
        state = restoredState();
        broken = false;
      }
      var letters = mailbox.take(BATCH);
      boolean due = letters.contains(new Letter.Due());
      var walked = walked(inputs(letters));
      var batch = walked.draft().batch(tenant, epoch);
      if (!batch.isEmpty() || due) {
        ports.store().commit(batch); // if only for the store's word that the tenant is ours still
      }
      walked.draft().committed();
      rest(batch.isEmpty());
      state = walked.state();
      publish(); // whoever is answered next sees the status that the answer follows from
      acts.carryOut(walked.effects());
      if (due) {
        connections.openPending();
      }
      audience.listen(batch.events());
      setAlarm();
    } catch (Store.StaleEpoch e) {
      abandon();
    } catch (RuntimeException | LinkageError | VirtualMachineError e) {
      recover(e); // what was taken out of the mailbox is gone, whatever it was
    }
  }

  private record Walked(Draft draft, Session.State state, List<Session.Effect> effects) {}

  /// A stanza that a step breaks over, by a mistake in here, must not bring the session down: it
  /// would come again at each login, for ever. Nothing of the batch has happened yet, so that it is
  /// done anew, with that stanza as one that nobody understands.
  private Walked walked(List<Input> inputs) {
    while (true) {
      var draft = new Draft(ports.store().records(tenant), cache);
      var effects = new ArrayList<Session.Effect>();
      var next = state;
      var now = ports.clock().instant();
      var current = settings.get();
      int at = 0;
      try {
        for (; at < inputs.size(); at++) {
          audience.look(next.life().phase(), inputs.get(at));
          var step = Session.step(next, draft, inputs.get(at), now, ports.random(), current);
          next = step.state();
          audience.look(step.lived());
          effects.addAll(step.effects());
        }
        return new Walked(draft, next, effects);
      } catch (Store.StaleEpoch | Store.StoreUnavailable | Unreadable e) {
        throw e;
      } catch (RuntimeException e) {
        if (!(inputs.get(at) instanceof Input.Received(var generation, var stanza))) {
          throw e;
        }
        log.error("tenant={} broke over {}", Names.masked(tenant), stanza, e);
        inputs.set(at, new Input.Indigestible(generation, stanza));
      }
    }
  }

  /// A session in which nothing happens keeps nothing decoded.
  private void rest(boolean idle) {
    var now = ports.clock().instant();
    if (!idle) {
      busyAt = now;
    } else if (now.isAfter(busyAt.plus(IDLE))) {
      busyAt = Instant.MAX.minus(IDLE);
      cache.clear();
    }
  }

  private List<Input> inputs(List<Letter> letters) {
    var inputs = new ArrayList<Input>();
    for (var letter : letters) {
      switch (letter) {
        case Letter.Of(var input) -> {
          if (input == RING) {
            cancelAlarm(); // it has rung: the next one is set after this batch
          }
          inputs.add(input);
        }
        case Letter.GoOn _ -> {
          recovery = null;
          inputs.add(shut ? RING : new Input.Restore());
        }
        case Letter.Frame it -> inputs.add(input(it));
        case Letter.Due _ -> {}
      }
    }
    return inputs;
  }

  private Input input(Letter.Frame frame) {
    try {
      return new Input.Received(frame.generation(), StanzaCodec.decode(frame.bytes()));
    } catch (MalformedStanza e) {
      log.warn("tenant={} bytes that are no stanza: {}", Names.masked(tenant), e.getMessage());
      return new Input.Unreadable(frame.generation(), String.valueOf(e.getMessage()));
    }
  }

  /// Called when the server refuses the claimed client revision (R41), on the mailbox's thread:
  /// must not block.
  public void onRevisionRefused(Runnable listener) {
    audience.revisionRefusals.add(listener);
  }

  /// Called with each input as it is taken, on the mailbox's thread, before anything has come of
  /// it: must not block. For counting what is met.
  public void lookOn(Onlooker onlooker) {
    audience.onlookers.add(onlooker);
  }

  private void publish() {
    var before = status;
    var after = Statuses.of(state);
    status = after;
    if (after.isNewsAfter(before)) {
      audience.watch(after);
    }
  }

  /// A later deadline leaves the alarm as it is: it rings early, finds nothing due, and is set
  /// anew.
  private void setAlarm() {
    var due = Session.deadline(state);
    if (due.isEmpty()) {
      cancelAlarm();
    } else if (alarmAt == null || due.get().isBefore(alarmAt)) {
      cancelAlarm();
      alarmAt = due.get();
      alarm = ports.alarms().set(due.get(), () -> put(new Letter.Of(RING)));
    }
  }

  private void cancelAlarm() {
    if (alarm != null) {
      alarm.cancel();
    }
    alarm = null;
    alarmAt = null;
  }

  /// Nothing of the batch has happened: what is in memory goes, what is in the store stands.
  private void recover(Throwable why) {
    log.error(
        "tenant={} batch dropped, session restored from the store", Names.masked(tenant), why);
    connections.destroyAll();
    cache.clear();
    cancelAlarm();
    tellAll(new Restarted(why));
    broken = true;
    goOnLater();
    try {
      state = restoredState();
      broken = false;
      publish();
    } catch (RuntimeException e) {
      log.error("tenant={} can't be restored yet", Names.masked(tenant), e);
    }
  }

  /// What was asked meanwhile is told that it failed, so it mustn't be done; frames come again.
  private void drop() {
    for (var letter = mailbox.poll(); letter != null; letter = mailbox.poll()) {
      if (letter instanceof Letter.GoOn) {
        recovery = null;
      }
    }
  }

  /// One restore is planned at a time, later and later while it goes wrong again and again. Who has
  /// been closed stays so: his tenant may have another session by then.
  private void goOnLater() {
    if (recovery != null || shut) {
      return;
    }
    var now = ports.clock().instant();
    var again = now.isBefore(brokenAt.plus(RECOVERED));
    var doubled = recoveryPause.multipliedBy(2);
    recoveryPause =
        !again
            ? RECOVERY_PAUSE
            : doubled.compareTo(RECOVERY_PAUSE_MAX) < 0 ? doubled : RECOVERY_PAUSE_MAX;
    brokenAt = now;
    recovery = ports.alarms().set(now.plus(recoveryPause), () -> put(new Letter.GoOn()));
  }

  /// A newer owner has the tenant: this one must not do anything any more (R24).
  private void abandon() {
    log.warn("tenant={} has a newer owner: this session ends here", Names.masked(tenant));
    abandoned = true;
    connections.destroyAll();
    cancelAlarm();
    tellAll(new Restarted(new Store.StaleEpoch(tenant)));
  }

  /// The session was restored from the store before it could answer: what was asked may or may not
  /// have been taken.
  public static final class Restarted extends RuntimeException {
    Restarted(Throwable why) {
      super("the session was restored before it could answer", why);
    }
  }
}
