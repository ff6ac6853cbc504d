package holdfast.message;

import holdfast.device.Addresses;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import holdfast.store.Outbound;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Rows that wait for their time: accepted for later, or held until new chats may be begun.
final class Schedule {
  /// As many are looked at in one step.
  private static final int MAX_ROWS = 1024;

  private Schedule() {}

  /// What is known of them on this connection. `due`: when the first of them may go.
  record Known(boolean looked, Optional<Instant> due) {
    static final Known NOTHING = new Known(false, Optional.empty());

    boolean isOver(Instant now) {
      return due.filter(it -> !it.isAfter(now)).isPresent();
    }

    Known at(Instant next) {
      return new Known(looked, Optional.of(due.filter(it -> it.isBefore(next)).orElse(next)));
    }
  }

  /// Puts into the queue what may go from now on. Looks into the store only when something can
  /// have come to its time; while new chats are locked that is also when a stranger may have become
  /// none.
  static Outbox.Memory moved(Context context, Outbox.Memory memory) {
    var known = memory.schedule();
    boolean locked = NewChats.locked(context).isPresent();
    var met = locked ? met(context) : Set.<Jid>of();
    boolean news = context.draft().hasDrafted(Outbound.State.SCHEDULED);
    if (known.looked() && !news && !known.isOver(context.now()) && met.isEmpty()) {
      return memory;
    }
    boolean onlyMet = known.looked() && locked;
    Predicate<Jid> free =
        chat ->
            onlyMet ? met.contains(chat.bare()) : (!locked || !NewChats.isStranger(context, chat));
    var rows = context.draft().outboundIn(Outbound.State.SCHEDULED, MAX_ROWS);
    Optional<Instant> next = Optional.empty();
    boolean moved = false;
    for (var row : rows) {
      var at = row.sendAt().orElse(context.now());
      if (!at.isAfter(context.now())) {
        context.draft().outbound(row.due(context.now()));
        moved = true;
      } else if (row.failure().equals(Optional.of(NewChats.LOCKED)) && free.test(row.chat())) {
        context.draft().outbound(row.released(context.now()));
        moved = true;
      } else if (next.isEmpty()) {
        next = Optional.of(at);
      }
    }
    boolean more = moved && rows.size() == MAX_ROWS;
    return memory.scheduled(new Known(!more, more ? Optional.of(context.now()) : next));
  }

  /// Who has come to be no stranger in this batch, by LID and by phone number. A thousand rows may
  /// be held: to ask the store about each whenever anything happens would be too much.
  private static Set<Jid> met(Context context) {
    return context.draft().touched().stream()
        .filter(account -> !NewChats.isStranger(context, account))
        .flatMap(
            account ->
                Stream.concat(
                    Stream.of(account), Addresses.phoneForm(context.draft(), account).stream()))
        .collect(Collectors.toSet());
  }

  /// A first message waits until new chats may be begun.
  static Outbox.Memory hold(Context context, Outbox.Memory memory, Outbound row, Instant until) {
    Outbox.change(context, row.held(until, NewChats.LOCKED, context.now()));
    return memory.scheduled(memory.schedule().at(until));
  }
}
