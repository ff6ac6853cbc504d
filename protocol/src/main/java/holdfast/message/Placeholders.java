package holdfast.message;

import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.crypto.BadKey;
import holdfast.device.Addresses;
import holdfast.device.Bundles;
import holdfast.device.Ratchets;
import holdfast.proto.Message;
import holdfast.proto.Message.PeerDataOperationRequestResponseMessage;
import holdfast.proto.Message.PeerDataOperationRequestResponseMessage.PeerDataOperationResult;
import holdfast.proto.Message.PeerDataOperationRequestType;
import holdfast.proto.WebMessageInfo;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.MalformedStanza;
import holdfast.stanza.Stanza;
import holdfast.step.Answer;
import holdfast.step.Context;
import holdfast.step.Effect;
import holdfast.step.Query;
import holdfast.store.Account;
import holdfast.store.Draft;
import holdfast.store.Missed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Asks the own phone for what couldn't be read here and its sender didn't send again in time
/// (protocol page 05 § 5, § 8; decision 0020).
///
/// What is asked for is durable, so a new connection or process goes on with it. Either the phone
/// or the sender brings the message, whichever is first; the other finds it taken (R31).
public final class Placeholders {
  /// How long its sender has to send a message again before the phone is asked.
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /// How long the phone has after each asking. A phone that is off is told by the server when it
  /// is back, so asking again only helps where a request or an answer was lost.
  private static final List<Duration> WAITS =
      List.of(Duration.ofMinutes(2), Duration.ofHours(1), Duration.ofHours(24));

  /// The phone has what is older no more, or won't tell.
  private static final Duration MAX_AGE = Duration.ofDays(14);

  /// As many are asked for at a time.
  static final int MOST = 256;

  /// So many requests at once, and a while until the next ones.
  private static final int AT_ONCE = 16;

  private static final Duration PAUSE = Duration.ofSeconds(2);

  /// How long a phone isn't asked that nothing can be encrypted for.
  private static final Duration WITHOUT_RATCHET = Duration.ofMinutes(5);

  private Placeholders() {}

  /// `due`: when [#pump] has something to do. `looked`: what is asked for has been looked at on
  /// this connection. `unready`: the phone's bundle has been asked for.
  public record Memory(Optional<Instant> due, boolean looked, boolean unready) {
    public static final Memory NONE = new Memory(Optional.empty(), false, false);

    private boolean isIdle(Instant now) {
      return looked && due.filter(it -> !it.isAfter(now)).isEmpty();
    }
  }

  public record Step(Memory memory, List<Effect> effects) {}

  // ---- what is missed, and what comes after all

  static void missed(Context context, Envelope envelope) {
    miss(context, envelope, context.now().plus(PATIENCE));
  }

  /// Nobody sends it again: its content has never been for companions.
  static void unavailable(Context context, Envelope envelope) {
    if (envelope.stanza().at().isBefore(context.now().minus(MAX_AGE))) {
      Letter.of(envelope).givenUp(context, "too_old");
    } else {
      miss(context, envelope, context.now());
    }
  }

  private static void miss(Context context, Envelope envelope, Instant due) {
    var stanza = envelope.stanza();
    var missed = new ArrayList<>(context.draft().missed());
    if (missed.stream().anyMatch(it -> isAbout(context, it, envelope))) {
      return; // its sender's LID has become known since, or the link has come back
    }
    missed.add(
        new Missed(
            envelope.id(),
            envelope.chat(),
            envelope.sender(),
            stanza.pushName(),
            stanza.at(),
            stanza.isOffline(),
            context.now(),
            due,
            List.of()));
    if (missed.size() > MOST) {
      var tooMany = eldestOfTheMost(context, missed);
      missed.remove(tooMany);
      Letter.of(context, tooMany).givenUp(context, "too_many");
    }
    context.draft().missed(missed);
  }

  /// One who sends what can't be read without end costs nobody else a place: it is taken from whom
  /// most is asked for, from the eldest of these when several are equal.
  private static Missed eldestOfTheMost(Context context, List<Missed> missed) {
    var bySender = new LinkedHashMap<Jid, List<Missed>>();
    for (var one : missed) {
      var sender = Addresses.known(context.draft(), one.sender().bare());
      bySender.computeIfAbsent(sender, _ -> new ArrayList<>()).add(one);
    }
    var most = bySender.values().stream().mapToInt(List::size).max().orElseThrow();
    return bySender.values().stream()
        .filter(theirs -> theirs.size() == most)
        .findFirst()
        .orElseThrow()
        .getFirst();
  }

  /// It has come, or what came in its place is done with.
  static void settled(Context context, Envelope envelope) {
    var missed = context.draft().missed();
    if (missed.isEmpty()) {
      return;
    }
    var left = missed.stream().filter(it -> !isAbout(context, it, envelope)).toList();
    if (left.size() < missed.size()) {
      context.draft().missed(left);
    }
  }

  /// The link that these came over is gone for good, and whoever could be asked for them with it.
  public static void linkEnded(Draft draft, Account account, List<Missed> missed, Instant now) {
    missed.forEach(it -> Letter.of(draft, it).givenUp(draft, account, now, "link_ended"));
  }

  private static boolean isAbout(Context context, Missed missed, Envelope envelope) {
    return missed.id().equals(envelope.id())
        && Addresses.known(context.draft(), missed.chat()).equals(envelope.chat())
        && Addresses.known(context.draft(), missed.sender().bare())
            .equals(envelope.sender().bare());
  }

  // ---- asking

  /// Asks for what is due, gives up what has been asked for often enough. To be called at the end
  /// of every step while messages may go out; cheap when there is nothing to do.
  public static Step pump(Context context, Memory memory) {
    if (memory.isIdle(context.now()) && !context.draft().hasDraftedMissed()) {
      return new Step(memory, List.of());
    }
    var before = context.draft().missed();
    if (memory.unready() || before.isEmpty()) {
      return new Step(new Memory(Optional.empty(), true, memory.unready()), List.of());
    }
    var work = new Asking(context);
    var after = before.stream().flatMap(it -> work.on(it).stream()).toList();
    if (!after.equals(before)) {
      context.draft().missed(after);
    }
    var due = after.stream().map(Missed::due).min(Instant::compareTo);
    return new Step(
        new Memory(work.unready ? Optional.empty() : due, true, work.unready), work.effects);
  }

  /// One round of [#pump].
  private static final class Asking {
    private final Context context;
    private final boolean ready;
    private final List<Effect> effects = new ArrayList<>();
    private boolean unready;
    private int asked;

    Asking(Context context) {
      this.context = context;
      this.ready = context.draft().ratchet(phone(context)).isOpen();
    }

    /// What is left to be done for a message.
    Optional<Missed> on(Missed missed) {
      var now = context.now();
      if (!missed.isDue(now)) {
        return Optional.of(missed);
      }
      boolean over = missed.since().isBefore(now.minus(MAX_AGE));
      if (over || missed.requests().size() == WAITS.size()) {
        Letter.of(context, missed).givenUp(context, "unanswered");
        return Optional.empty();
      }
      if (!ready) {
        needBundle();
        return Optional.of(missed);
      }
      return Optional.of(asked < AT_ONCE ? ask(missed) : missed.due(now.plus(PAUSE)));
    }

    private void needBundle() {
      if (!unready) {
        unready = true;
        var query = bundleOf(context);
        effects.add(new Effect.Ask(query, Bundles.query(query.devices())));
      }
    }

    private Missed ask(Missed missed) {
      asked++;
      var id = MessageId.next(Optional.of(context.account()), context.now(), context.random());
      effects.add(
          new Effect.Write(
              PeerMessages.toPhone(context, id, PeerMessages.resend(context, missed))));
      Letter.of(context, missed).requested(context, missed.requests().size() + 1);
      return missed.askedBy(id, context.now().plus(WAITS.get(missed.requests().size())));
    }
  }

  private static Jid phone(Context context) {
    return context.account().lid().withDevice(0);
  }

  private static Query.Bundles bundleOf(Context context) {
    return new Query.Bundles(List.of(phone(context)));
  }

  /// The answer to a question for the phone's bundle; one that wasn't this feature's changes
  /// nothing. A [#pump] follows.
  public static Step answered(Context context, Memory memory, Query query, Answer answer) {
    if (!memory.unready() || !query.equals(bundleOf(context))) {
      return new Step(memory, List.of());
    }
    if (!context.draft().ratchet(phone(context)).isOpen() && !installed(context, answer)) {
      var later = context.now().plus(WITHOUT_RATCHET);
      context
          .draft()
          .missed(
              context.draft().missed().stream()
                  .map(it -> it.isDue(context.now()) ? it.due(later) : it)
                  .toList());
    }
    return new Step(Memory.NONE, List.of());
  }

  private static boolean installed(Context context, Answer answer) {
    try {
      if (answer instanceof Answer.Result(Element iq)) {
        var bundle = Optional.ofNullable(Bundles.parse(iq).get(phone(context)));
        bundle.ifPresent(it -> Ratchets.install(context, phone(context), it));
        return bundle.isPresent();
      }
    } catch (MalformedStanza | BadKey _) {
      // As if there were none.
    }
    return false;
  }

  /// The phone couldn't read a request: the ratchet with it is made anew, and it is asked again,
  /// which counts.
  public static void refused(Context context, Stanza.Receipt receipt) {
    var from = Addresses.known(context.draft(), receipt.origin().sender());
    var missed = context.draft().missed();
    boolean ours =
        from.equals(phone(context)) && missed.stream().anyMatch(it -> isLatest(it, receipt));
    if (ours) {
      context.draft().ratchet(from, context.draft().ratchet(from).closed());
      context
          .draft()
          .missed(
              missed.stream()
                  .map(it -> isLatest(it, receipt) ? it.due(context.now()) : it)
                  .toList());
    }
  }

  private static boolean isLatest(Missed missed, Stanza.Receipt receipt) {
    return !missed.requests().isEmpty() && receipt.ids().contains(missed.requests().getLast());
  }

  // ---- the phone's answer

  /// What the own phone says to a request. To one that isn't open any more, or never was, it says
  /// nothing.
  static void answered(Context context, PeerDataOperationRequestResponseMessage response) {
    var missed = context.draft().missed();
    var asked =
        missed.stream()
            .filter(it -> it.requests().contains(response.getStanzaId()))
            .findFirst()
            .filter(
                _ ->
                    response.getPeerDataOperationRequestType()
                        == PeerDataOperationRequestType.PLACEHOLDER_MESSAGE_RESEND);
    if (asked.isEmpty()) {
      return;
    }
    var letter = Letter.of(context, asked.get());
    context.draft().missed(missed.stream().filter(it -> !it.equals(asked.get())).toList());
    if (letter.seen(context.draft())) {
      return;
    }
    response.getPeerDataOperationResultList().stream()
        .flatMap(result -> content(result, letter.id()))
        .flatMap(message -> Reading.of(message).stream())
        .findFirst()
        .ifPresentOrElse(
            reading -> {
              context
                  .draft()
                  .taken(letter.chat(), letter.sender().bare(), letter.id(), context.now());
              letter.received(context, reading);
            },
            () -> letter.givenUp(context, "not_on_phone"));
  }

  private static Stream<Message> content(PeerDataOperationResult result, String id) {
    try {
      var info =
          WebMessageInfo.parseFrom(
              result.getPlaceholderMessageResendResponse().getWebMessageInfoBytes());
      boolean holds = info.getKey().getId().equals(id) && info.hasMessage();
      var message = info.getMessage();
      return holds
          ? Stream.of(message.hasDeviceSentMessage() ? Inbound.unwrapped(message) : message)
          : Stream.empty();
    } catch (InvalidProtocolBufferException _) {
      return Stream.empty();
    }
  }
}
