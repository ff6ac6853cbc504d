package holdfast.gateway.webhook;

import holdfast.client.Alarms;
import holdfast.client.Names;
import holdfast.gateway.store.Deliveries;
import holdfast.gateway.store.Deliveries.Attempt;
import holdfast.gateway.store.Deliveries.Step;
import holdfast.gateway.store.EventLog;
import holdfast.gateway.store.Replays;
import holdfast.gateway.store.Replays.Replay;
import holdfast.gateway.store.Webhook;
import holdfast.gateway.store.Webhook.Progress;
import holdfast.gateway.store.Webhook.Tries;
import holdfast.gateway.store.Webhooks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Goes to one endpoint, one event after the other: what is new, and between it what is to be
/// brought once more.
///
/// The cursor is kept behind every few events that were taken: after a crash those come again,
/// under the same ids.
final class Courier {
  private static final Logger log = LoggerFactory.getLogger(Courier.class);
  private static final int EVENTS_AT_ONCE = 16;

  /// After a failure of our own, such as a store that can't be written.
  private static final Duration RECOVERY = Duration.ofSeconds(5);

  /// What couriers share. `closing`: the gateway stops.
  record Rounds(
      Webhooks webhooks,
      EventLog log,
      Deliveries deliveries,
      Replays replays,
      Delivery delivery,
      InstantSource clock,
      Alarms alarms,
      Executor executor,
      BooleanSupplier closing) {}

  private record Bell(Instant at, AtomicBoolean hasRung, Alarms.Alarm alarm) {}

  /// What a round left: nothing to do, more to do at once, or trouble that has to be waited out.
  private enum Left {
    NOTHING,
    MORE,
    TROUBLE
  }

  private final String id;
  private final Rounds rounds;
  private final Consumer<Courier> onGone;
  private final Mailbox mailbox;
  private Optional<Bell> bell = Optional.empty();
  private volatile boolean changed;
  private long attempts = -1;

  Courier(String id, Rounds rounds, Consumer<Courier> onGone) {
    this.id = id;
    this.rounds = rounds;
    this.onGone = onGone;
    this.mailbox = new Mailbox(rounds.executor(), this::work);
  }

  void wake() {
    mailbox.wake();
  }

  /// It is set anew: what is under way ends after the event at hand.
  void change() {
    changed = true;
    mailbox.wake();
  }

  private void work() {
    try {
      deliverAll();
    } catch (RuntimeException e) {
      if (!rounds.closing().getAsBoolean()) {
        log.error("webhooks: courier {} failed and tries again", id, e);
        wakeAt(rounds.clock().instant().plus(RECOVERY));
      }
    }
  }

  private void deliverAll() {
    boolean more = true;
    while (more && !rounds.closing().getAsBoolean()) {
      changed = false;
      var webhook = rounds.webhooks().find(id);
      if (webhook.isEmpty()) {
        onGone.accept(this);
        return;
      }
      var fresh = isDue(webhook.get()) ? round(webhook.get(), Optional.empty()) : Left.TROUBLE;
      var replay = fresh == Left.TROUBLE ? Optional.<Replay>empty() : rounds.replays().first(id);
      var old = replay.isPresent() ? again(replay.get()) : fresh;
      more = fresh == Left.MORE || (replay.isPresent() && old != Left.TROUBLE);
    }
  }

  private Left again(Replay replay) {
    return rounds
        .webhooks()
        .find(id)
        .map(webhook -> isDue(webhook) ? round(webhook, Optional.of(replay)) : Left.TROUBLE)
        .orElse(Left.TROUBLE);
  }

  private boolean isDue(Webhook webhook) {
    var progress = webhook.progress();
    if (webhook.config().paused() || progress.disabled().isPresent()) {
      return false;
    }
    var retryAt = progress.retryAt().filter(rounds.clock().instant()::isBefore);
    retryAt.ifPresent(this::wakeAt);
    return retryAt.isEmpty();
  }

  /// A few events of the log, or of `replay`.
  private Left round(Webhook webhook, Optional<Replay> replay) {
    var begin =
        replay
            .map(again -> webhook.progress().at(again.next() - 1, again.tries()))
            .orElse(webhook.progress());
    long last = replay.map(Replay::to).orElse(Long.MAX_VALUE);
    var events = rounds.log().between(webhook.tenant(), begin.cursor(), last, EVENTS_AT_ONCE);
    if (begin.tries().all() == 0) { // else it was told before the first of them
      tellOfLost(webhook, begin.cursor(), events.isEmpty() ? last : events.getFirst().seq() - 1);
    }
    if (events.isEmpty()) {
      replay.ifPresent(over -> keep(webhook, begin.at(last, Tries.NONE), replay, List.of()));
      return Left.NOTHING;
    }
    return deliver(webhook, replay, begin, events);
  }

  /// What is gone from the log between two of its events.
  private void tellOfLost(Webhook webhook, long after, long until) {
    if (until > after && until < Long.MAX_VALUE) {
      log.warn(
          "webhooks: {} of {} had fallen behind what the log keeps: {} events are lost to it",
          id,
          Names.masked(webhook.tenant()),
          until - after);
    }
  }

  private Left deliver(
      Webhook webhook, Optional<Replay> replay, Progress begin, List<EventLog.Entry> events) {
    var progress = begin;
    var tries = new ArrayList<Attempt>();
    for (var event : events) {
      if (changed || rounds.closing().getAsBoolean()) {
        break;
      }
      boolean wanted =
          webhook.config().types().matches(event.type()) || replay.map(Replay::isOne).orElse(false);
      if (!wanted || !Format.of(webhook).tells(event.type())) {
        progress = progress.passed(event.seq());
        continue;
      }
      var tried = attempt(webhook, event, replay.isPresent(), tries);
      if (tried.isEmpty()) {
        break; // the gateway stops: that says nothing of the endpoint
      }
      var verdict =
          Verdict.of(
              tried.get().answer(), progress, event.seq(), rounds.clock().instant(), Math.random());
      if (!(verdict instanceof Verdict.Next(var next))) {
        return end(webhook, replay, verdict, tries);
      }
      progress = next;
    }
    if (progress.cursor() > begin.cursor()) {
      keep(webhook, progress, replay, tries);
    }
    return events.size() == EVENTS_AT_ONCE || changed ? Left.MORE : Left.NOTHING;
  }

  private Optional<Tried> attempt(
      Webhook webhook, EventLog.Entry event, boolean again, List<Attempt> tries) {
    try {
      var at = rounds.clock().instant();
      var tried = rounds.delivery().attempt(webhook, event, again);
      boolean unknown =
          rounds.closing().getAsBoolean() && !(tried.answer() instanceof Answer.Taken);
      if (unknown) {
        return Optional.empty();
      }
      tries.add(
          new Attempt(number(), event, at, again, tried.status(), tried.duration(), tried.error()));
      return Optional.of(tried);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /// Only one round is run at a time, so the count needs no guard.
  private long number() {
    if (attempts < 0) {
      attempts =
          rounds.deliveries().newest(id, 1).stream()
              .mapToLong(Deliveries.Tried::number)
              .findFirst()
              .orElse(0);
    }
    return ++attempts;
  }

  private Left end(Webhook webhook, Optional<Replay> replay, Verdict verdict, List<Attempt> tries) {
    switch (verdict) {
      case Verdict.PutAside(var progress, var error) -> {
        keep(webhook, new Step(progress, replay, Optional.of(error), tries));
        return Left.MORE;
      }
      case Verdict.Later(var progress) -> {
        keep(webhook, progress, replay, tries);
        progress.retryAt().ifPresent(this::wakeAt);
      }
      case Verdict.Disable(var progress) -> {
        log.warn(
            "webhooks: {} of {} is disabled: {}",
            id,
            Names.masked(webhook.tenant()),
            progress.disabled().orElse(""));
        keep(webhook, progress, replay, tries);
      }
      case Verdict.Next _ -> throw new IllegalStateException("there is a next one");
    }
    return changed ? Left.MORE : Left.TROUBLE;
  }

  private void keep(
      Webhook webhook, Progress progress, Optional<Replay> replay, List<Attempt> tries) {
    keep(webhook, new Step(progress, replay, Optional.empty(), tries));
  }

  private void keep(Webhook webhook, Step step) {
    rounds.deliveries().keep(webhook, step, rounds.clock().instant());
  }

  /// One bell at most, the earliest that was asked for. Like all here but [#wake] and [#change],
  /// done by one thread at a time.
  private void wakeAt(Instant time) {
    if (bell.filter(known -> !known.hasRung().get() && !known.at().isAfter(time)).isPresent()) {
      return;
    }
    bell.ifPresent(known -> known.alarm().cancel());
    var rung = new AtomicBoolean();
    Runnable ring =
        () -> {
          rung.set(true);
          wake();
        };
    bell = Optional.of(new Bell(time, rung, rounds.alarms().set(time, ring)));
  }
}
