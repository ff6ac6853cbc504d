package holdfast.message;

import holdfast.device.Addresses;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import holdfast.step.Effect;
import holdfast.step.Query;
import holdfast.store.Outbound;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// One pass over the queue. Lives for one step.
///
/// A row that must wait for an answer holds the later ones of its chat, and no other chat's.
final class Pump {
  /// Held rows are passed over by reading further, up to here.
  private static final int MAX_ROWS = 4096;

  private final Context context;
  private final Pacing pacing;
  private final Map<String, Outbox.Memory.Waiting> waiting;
  private final Set<Jid> held = new HashSet<>();
  private final Set<String> done = new HashSet<>();
  private final List<Effect> effects = new ArrayList<>();
  private Outbox.Memory memory;
  private int allowance;
  private boolean full;
  private final Optional<Instant> locked;

  Pump(Context context, Outbox.Memory memory, Pacing pacing) {
    this.context = context;
    this.memory = memory;
    this.pacing = pacing;
    this.waiting = new HashMap<>(memory.waiting());
    this.locked = NewChats.locked(context);
  }

  Outbox.Step run() {
    // Those that wait stand in the queue too; of the others, as many as may go.
    int limit = waiting.size() + Math.max(1, Outbox.MAX_OPEN - flights());
    var rows = context.draft().outboundIn(Outbound.State.QUEUED, limit);
    // Counting the sends of the last minute costs a look into the store.
    allowance = rows.isEmpty() ? 0 : pacing.allowance(context.draft(), context.now());
    take(rows);
    while (!full && rows.size() == limit && limit < MAX_ROWS) {
      limit *= 4;
      rows = context.draft().outboundIn(Outbound.State.QUEUED, limit);
      take(rows);
    }
    var next = full ? pacing.next(context.draft(), context.now()) : context.now();
    var pause =
        Optional.of(new Outbox.Memory.Pause(next, pacing))
            .filter(it -> it.until().isAfter(context.now()));
    memory =
        new Outbox.Memory(Map.copyOf(waiting), memory.flights(), pause, memory.schedule(), true);
    return new Outbox.Step(memory, effects, false);
  }

  private void take(List<Outbound> rows) {
    for (var row : rows) {
      if (full) {
        return;
      }
      if (done.add(row.id())) {
        take(row);
      }
    }
  }

  private void take(Outbound row) {
    var chat = Addresses.known(context.draft(), row.chat());
    var known = Optional.ofNullable(waiting.get(row.id()));
    boolean rests = known.filter(it -> !it.open().isEmpty() || it.rest().isPresent()).isPresent();
    if (held.contains(chat) || rests) {
      held.add(chat);
      return;
    }
    if (locked.isPresent() && NewChats.isStranger(context, chat)) {
      waiting.remove(row.id());
      memory = Schedule.hold(context, memory, row, locked.get());
      return;
    }
    boolean crowded = waiting.size() + flights() >= Outbox.MAX_OPEN;
    if (allowance <= 0 || (known.isEmpty() && crowded)) {
      full = true;
      return;
    }
    if (row.stanza().isPresent()) {
      // It was refused before for what has passed since: its keys are used, so it goes as it is.
      send(row, row.stanza().get());
      return;
    }
    var answers = known.map(Outbox.Memory.Waiting::answers).orElse(Send.Answers.NONE);
    switch (Send.next(row, context, answers)) {
      case Send.Next.Ask(var questions) -> ask(row, chat, known, questions);
      case Send.Next.Encrypted(var stanza) -> send(row, stanza);
      case Send.Next.Failed(var reason) -> {
        waiting.remove(row.id());
        Outbox.change(context, row.failed(reason, context.now()));
      }
    }
  }

  private int flights() {
    return memory.flights().size();
  }

  private void ask(
      Outbound row, Jid chat, Optional<Outbox.Memory.Waiting> known, List<Effect.Ask> questions) {
    effects.addAll(questions);
    held.add(chat);
    allowance--;
    var open = questions.stream().map(Effect.Ask::query).collect(Collectors.<Query>toSet());
    waiting.put(
        row.id(),
        new Outbox.Memory.Waiting(
            chat,
            open,
            known.map(Outbox.Memory.Waiting::answers).orElse(Send.Answers.NONE),
            known.map(Outbox.Memory.Waiting::tries).orElse(0),
            Optional.empty()));
  }

  private void send(Outbound row, byte[] stanza) {
    waiting.remove(row.id());
    allowance--;
    var sending = row.encrypted(stanza, context.now());
    Outbox.change(context, sending);
    memory = memory.flying(sending, context.now().plus(Outbox.PATIENCE));
    effects.add(new Effect.WriteBytes(stanza));
  }
}
