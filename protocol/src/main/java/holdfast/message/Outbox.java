package holdfast.message;

import com.google.protobuf.ByteString;
import holdfast.device.Addresses;
import holdfast.device.DeviceLists;
import holdfast.device.Tokens;
import holdfast.proto.Message;
import holdfast.proto.MessageContextInfo;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import holdfast.step.Answer;
import holdfast.step.Context;
import holdfast.step.Effect;
import holdfast.step.Iq;
import holdfast.step.Query;
import holdfast.store.Account;
import holdfast.store.Draft;
import holdfast.store.Event;
import holdfast.store.Outbound;
import holdfast.store.Ulid;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Messages out: queued durably, taken in order, encrypted once, sent until they are acknowledged
/// (design § 2, § 4).
///
/// A row that is accepted for later is `scheduled` until its time. A row is `queued` until its
/// ciphertext is durable, then `sending` until the server has it. From then on the same bytes go
/// out under the same id, on this connection and on the next ones. What is volatile stands in
/// [Memory], which begins anew with each connection.
public final class Outbox {
  /// How many sends may be without an answer of the server at a time.
  static final int MAX_OPEN = 64;

  /// How long the server may take to acknowledge a message before it is sent again (R36).
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /// A message may be accepted for so far ahead.
  public static final Duration HORIZON = Duration.ofDays(90);

  /// Above any number of rows that can be under way; only a bound.
  private static final int MAX_RESUMED = 4096;

  private static final int SECRET_BYTES = 32;

  /// The refusal of a message that would begin a chat.
  private static final int NEW_CHAT_REFUSED = 463;

  private Outbox() {}

  /// What became of a request.
  public sealed interface Queued {
    record New(Outbound row) implements Queued {}

    /// Its idempotency key has its row already.
    record Repeated(Outbound row) implements Queued {}

    /// Its idempotency key stands for another request.
    record Mismatch() implements Queued {}

    /// It is wanted at a time that can't be.
    record Untimely(String reason) implements Queued {}
  }

  /// What became of the wish to take a message back.
  public sealed interface Cancelling {
    /// It goes nowhere, now or since before.
    record Done(Memory memory, Outbound row) implements Cancelling {}

    /// It is on its way, or at an end already.
    record TooLate(Outbound row) implements Cancelling {}

    record Unknown() implements Cancelling {}
  }

  /// What follows from an input. `connectionLost`: the server has left a message unanswered twice,
  /// so this connection is to be counted as lost.
  public record Step(Memory memory, List<Effect> effects, boolean connectionLost) {}

  /// What is known of the sends that are under way on this connection. A VALUE.
  ///
  /// `waiting`: rows that have asked for something, by their id. `flights`: rows that the server
  /// hasn't acknowledged, by message id, in the order of their sending. `pause`: until when pacing
  /// holds the rest. `schedule`: what waits for its time. `idle`: there was nothing to do the last
  /// time, and nothing has changed.
  public record Memory(
      Map<String, Waiting> waiting,
      Map<String, Flight> flights,
      Optional<Pause> pause,
      Schedule.Known schedule,
      boolean idle) {
    public static final Memory NONE =
        new Memory(Map.of(), Map.of(), Optional.empty(), Schedule.Known.NOTHING, false);

    /// `open`: what it has asked and not been told. `tries`: how often the server wouldn't tell;
    /// `rest`: until when it isn't asked again.
    record Waiting(
        Jid chat, Set<Query> open, Send.Answers answers, int tries, Optional<Instant> rest) {}

    record Flight(String messageId, String rowId, Instant due, boolean repeated) {}

    record Pause(Instant until, Pacing pacing) {}

    /// When [Outbox#deadlinePassed] has something to do.
    public Optional<Instant> deadline() {
      return Stream.of(
              flights.values().stream().map(Flight::due),
              pause.stream().map(Pause::until),
              schedule.due().stream(),
              waiting.values().stream().flatMap(it -> it.rest().stream()))
          .flatMap(times -> times)
          .min(Instant::compareTo);
    }

    /// Whether the server may still be about to acknowledge a message.
    public boolean isSending(Instant now) {
      return flights.values().stream().anyMatch(it -> !it.repeated() && it.due().isAfter(now));
    }

    /// Whether a message had to go again because the server hasn't acknowledged it in time.
    public boolean isStalled() {
      return flights.values().stream().anyMatch(Flight::repeated);
    }

    boolean isPaused(Instant now, Pacing pacing) {
      return pause.filter(it -> it.pacing().equals(pacing) && it.until().isAfter(now)).isPresent();
    }

    List<Flight> overdue(Instant now) {
      return flights.values().stream().filter(flight -> !flight.due().isAfter(now)).toList();
    }

    Memory flying(Outbound row, Instant due) {
      return with(new Flight(row.messageId(), row.id(), due, false));
    }

    Memory repeated(Flight flight, Instant due) {
      return with(new Flight(flight.messageId(), flight.rowId(), due, true));
    }

    private Memory with(Flight flight) {
      var more = new LinkedHashMap<>(flights);
      more.put(flight.messageId(), flight);
      return new Memory(waiting, more, pause, schedule, idle);
    }

    Memory landed(String messageId) {
      if (!flights.containsKey(messageId)) {
        return this;
      }
      var less = new LinkedHashMap<>(flights);
      less.remove(messageId);
      return new Memory(waiting, less, pause, schedule, false);
    }

    Memory waiting(Map<String, Waiting> others) {
      return new Memory(Map.copyOf(others), flights, pause, schedule, false);
    }

    Memory scheduled(Schedule.Known other) {
      return other.equals(schedule) ? this : new Memory(waiting, flights, pause, other, false);
    }

    /// What was to rest until now goes on.
    Memory awake(Instant now) {
      var rested = new HashMap<>(waiting);
      rested.replaceAll(
          (_, it) ->
              it.rest().filter(until -> !until.isAfter(now)).isPresent()
                  ? new Waiting(it.chat(), it.open(), it.answers(), it.tries(), Optional.empty())
                  : it);
      return new Memory(
          Map.copyOf(rested),
          flights,
          pause.filter(it -> it.until().isAfter(now)),
          schedule,
          false);
    }
  }

  /// Makes the row of a request; whether a connection exists doesn't matter.
  public static Queued queue(
      Draft draft,
      SendRequest request,
      Optional<Account> account,
      Instant now,
      RandomGenerator random) {
    var known = request.idempotencyKey().flatMap(draft::outboundByIdempotencyKey);
    if (known.isPresent()) {
      return Arrays.equals(known.get().fingerprint(), request.fingerprint())
          ? new Queued.Repeated(known.get())
          : new Queued.Mismatch();
    }
    var untimely = request.sendAt().flatMap(at -> untimely(at, now));
    if (untimely.isPresent()) {
      return new Queued.Untimely(untimely.get());
    }
    var id = Ulid.next(draft.lastOutboundId(), now, random);
    draft.lastOutboundId(id);
    var state = request.sendAt().isPresent() ? Outbound.State.SCHEDULED : Outbound.State.QUEUED;
    var row =
        new Outbound(
            id,
            MessageId.next(account, now, random),
            request.idempotencyKey(),
            request.fingerprint(),
            Addresses.known(draft, request.to().bare()),
            request.content().type(),
            message(request.content(), random).toByteArray(),
            state,
            Optional.empty(),
            Optional.empty(),
            request.sendAt(),
            Map.of(state.wire(), now));
    draft.outbound(row);
    return new Queued.New(row);
  }

  private static Optional<String> untimely(Instant at, Instant now) {
    if (!at.isAfter(now)) {
      return Optional.of("is in the past");
    }
    return at.isAfter(now.plus(HORIZON))
        ? Optional.of("is more than " + HORIZON.toDays() + " days ahead")
        : Optional.empty();
  }

  /// Takes a message back that hasn't gone yet, whether a connection exists or not.
  public static Cancelling cancel(Draft draft, Memory memory, String id, Instant now) {
    var found = draft.outbound(id).or(() -> draft.outboundByMessageId(id));
    if (found.isEmpty()) {
      return new Cancelling.Unknown();
    }
    var row = found.get();
    return switch (row.state()) {
      case SCHEDULED, QUEUED -> {
        var cancelled = row.in(Outbound.State.CANCELLED, now);
        change(draft, cancelled, now);
        var waiting = new HashMap<>(memory.waiting());
        waiting.remove(row.id());
        yield new Cancelling.Done(memory.waiting(waiting), cancelled);
      }
      case CANCELLED -> new Cancelling.Done(memory, row);
      case SENDING, SENT, DELIVERED, READ, PLAYED, FAILED -> new Cancelling.TooLate(row);
    };
  }

  /// Reactions, votes and edits of others are encrypted under the secret in here.
  private static Message message(Content content, RandomGenerator random) {
    var secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    var message =
        Message.newBuilder()
            .setMessageContextInfo(
                MessageContextInfo.newBuilder().setMessageSecret(ByteString.copyFrom(secret)));
    return switch (content) {
      case Content.Text(var text) -> message.setConversation(text).build();
    };
  }

  /// Takes queued rows as far as it goes now. Cheap when nothing has changed since the last time:
  /// to be called at the end of every step while sends may go.
  public static Step pump(Context context, Memory memory, Pacing pacing) {
    var moved = Schedule.moved(context, memory);
    boolean news = !moved.idle() || context.draft().hasDrafted(Outbound.State.QUEUED);
    return news && moved.flights().size() < MAX_OPEN && !moved.isPaused(context.now(), pacing)
        ? new Pump(context, moved, pacing).run()
        : new Step(moved, List.of(), false);
  }

  /// The answer to a query of this feature; answers to others change nothing. A [#pump] follows.
  public static Step answered(Context context, Memory memory, Query query, Answer answer) {
    if (query instanceof Query.IssueToken issued) {
      Tokens.answered(context, issued, answer);
      return new Step(memory, List.of(), false);
    }
    return new Step(Lookup.answered(context, memory, query, answer), List.of(), false);
  }

  /// The server has a message, or refuses it.
  public static Step acked(Context context, Memory memory, Stanza.Ack ack) {
    var row = context.draft().outboundByMessageId(ack.id());
    if (!ack.about().equals("message") || row.isEmpty()) {
      return new Step(memory, List.of(), false);
    }
    var effects = new ArrayList<Effect>();
    var next = memory.landed(ack.id());
    if (row.get().state() == Outbound.State.SENDING) {
      if (ack.error().isPresent()) {
        next = refused(context, next, row.get(), ack.error().get());
      } else {
        change(context, row.get().in(Outbound.State.SENT, context.now()));
        Tokens.issue(context, row.get().chat()).ifPresent(effects::add);
      }
    }
    ack.phash().ifPresent(_ -> doubt(context, row.get().chat()));
    return new Step(next, effects, false);
  }

  private static Memory refused(Context context, Memory memory, Outbound row, int code) {
    var locked = NewChats.locked(context);
    if (code == NEW_CHAT_REFUSED && locked.isPresent()) {
      return Schedule.hold(context, memory, row, locked.get());
    }
    change(context, row.failed(Refusals.name(code), context.now()));
    if (Refusals.isStale(code)) {
      doubt(context, row.chat());
    }
    return memory;
  }

  /// A `mex` notification: new chats may be locked or free from now on.
  public static Step notified(Context context, Memory memory, Stanza.Notification notification) {
    return new Step(
        NewChats.notified(context, notification)
            ? memory.scheduled(Schedule.Known.NOTHING)
            : memory,
        List.of(),
        false);
  }

  /// The server counts other devices than we do: whom the next message must reach is asked anew.
  private static void doubt(Context context, Jid chat) {
    var users = new ArrayList<Jid>();
    users.add(context.account().lid().bare());
    context
        .draft()
        .group(chat)
        .ifPresentOrElse(info -> users.addAll(info.members()), () -> users.add(chat.bare()));
    DeviceLists.forget(context.draft(), users);
    if (chat.isGroup()) {
      context.draft().forgetGroup(chat);
    }
  }

  /// On a new connection, before anything else is sent: all that is unacknowledged goes again, in
  /// order, the same bytes.
  public static Step resumed(Context context, Memory memory) {
    var effects = new ArrayList<Effect>();
    var next = memory;
    for (var row : context.draft().outboundIn(Outbound.State.SENDING, MAX_RESUMED)) {
      effects.add(new Effect.WriteBytes(row.stanza().orElseThrow()));
      next = next.flying(row, context.now().plus(PATIENCE));
    }
    return new Step(next, effects, false);
  }

  /// [Memory#deadline] has passed: what has waited for 20 s goes once more behind a ping, and
  /// what has done so before tells that the connection is dead.
  public static Step deadlinePassed(Context context, Memory memory) {
    var effects = new ArrayList<Effect>();
    var next = memory.awake(context.now());
    boolean lost = false;
    for (var flight : memory.overdue(context.now())) {
      var row =
          context
              .draft()
              .outbound(flight.rowId())
              .filter(it -> it.state() == Outbound.State.SENDING);
      if (row.isEmpty()) {
        // A receipt has come instead of the ack.
        next = next.landed(flight.messageId());
      } else if (flight.repeated()) {
        lost = true;
      } else {
        effects.add(new Effect.WriteBytes(row.get().stanza().orElseThrow()));
        next = next.repeated(flight, context.now().plus(PATIENCE));
      }
    }
    if (lost) {
      return new Step(next, List.of(), true);
    }
    if (!effects.isEmpty()) {
      effects.addFirst(new Effect.Ask(new Query.Ping(), Iq.get("w:p")));
    }
    return new Step(next, effects, false);
  }

  static void change(Context context, Outbound row) {
    change(context.draft(), row, context.now());
  }

  private static void change(Draft draft, Outbound row, Instant now) {
    draft.outbound(row);
    draft.event(
        new Event.OutboundChanged(
            row.id(), row.messageId(), row.chat(), row.state(), row.failure(), now));
  }
}
