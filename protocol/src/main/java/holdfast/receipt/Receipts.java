package holdfast.receipt;

import holdfast.device.Addresses;
import holdfast.device.PreKeys;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import holdfast.step.Context;
import holdfast.step.Effect;
import holdfast.step.Verdict;
import holdfast.store.Event;
import holdfast.store.Outbound;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What is answered to whatever arrives, so that the server sends it no more, and what the receipts
/// of others say of what was sent (protocol page 05 § 5, § 6).
public final class Receipts {
  /// A message that its sender can't make readable in so many tries won't become so.
  static final int MAX_RETRIES = 5;

  /// NACK code: what went wrong has no code of its own.
  private static final int UNHANDLED = 500;

  /// NACK code: it isn't what a message looks like.
  private static final int PARSE_ERROR = 487;

  /// What the server keeps and repeats until it is answered.
  private static final Set<String> REPEATED = Set.of("message", "receipt", "notification", "call");

  private static final String RETRY_VERSION = "1";

  private Receipts() {}

  /// The answer to an inbound message. `available`: we have said that we are here; else its sender
  /// is told that it arrived at a device that nobody looks at.
  public static List<Effect> answer(
      Context context, Stanza.Message message, Verdict verdict, boolean available) {
    return switch (verdict) {
      case Verdict.Delivered _ -> acknowledged(delivery(context, message, available));
      case Verdict.Peer(boolean history) -> {
        var peer = ofOwnPhone(message, "peer_msg");
        yield history ? acknowledged(peer, ofOwnPhone(message, "hist_sync")) : acknowledged(peer);
      }
      case Verdict.Undecryptable failed -> {
        var ack = nack(context, message, Optional.of(UNHANDLED));
        yield failed.attempt() > MAX_RETRIES
            ? acknowledged(ack)
            : acknowledged(retry(context, message, failed), ack);
      }
      case Verdict.Rejected(int error) -> acknowledged(nack(context, message, Optional.of(error)));
      case Verdict.AckOnly _ -> acknowledged(nack(context, message, Optional.empty()));
    };
  }

  private static List<Effect> acknowledged(Element... stanzas) {
    return java.util.Arrays.stream(stanzas).<Effect>map(Effect.Acknowledge::new).toList();
  }

  private static Element delivery(Context context, Stanza.Message message, boolean available) {
    boolean own = context.account().owns(message.origin().sender().bare());
    var receipt = receipt(message);
    if (own) {
      return receipt.with("type", "sender");
    }
    return available ? receipt : receipt.with("type", "inactive");
  }

  private static Element receipt(Stanza.Message message) {
    var origin = message.origin();
    return Element.of("receipt")
        .with("id", message.id())
        .with("to", origin.from())
        .with("participant", origin.participant())
        .with("recipient", origin.recipient());
  }

  private static Element ofOwnPhone(Stanza.Message message, String type) {
    return Element.of("receipt")
        .with("id", message.id())
        .with("to", message.origin().from().bare())
        .with("type", type);
  }

  /// From the second try on it brings a bundle, with a prekey made for it alone.
  private static Element retry(
      Context context, Stanza.Message message, Verdict.Undecryptable failed) {
    var receipt = receipt(message).with("type", "retry");
    if (message.isPeer()) {
      receipt = receipt.with("category", "peer");
    }
    var children = new ArrayList<Element>();
    children.add(
        Element.of("retry")
            .with("count", failed.attempt())
            .with("id", message.id())
            .with("t", message.at().getEpochSecond())
            .with("v", RETRY_VERSION)
            .with("error", failed.reason()));
    children.add(PreKeys.registration(context));
    if (failed.attempt() > 1 || failed.withKeys()) {
      children.add(PreKeys.bundle(context));
    }
    return receipt.containing(children);
  }

  /// The ack of a message, with an error when it couldn't be used. Vectors `misc.json`.
  static Element nack(Context context, Stanza.Message message, Optional<Integer> error) {
    return ack(message.element(), error).with("from", context.account().jid());
  }

  /// The ack of a stanza that can't be understood, whatever can be said of it; none without an id.
  public static Optional<Element> unreadable(Element stanza) {
    var id = stanza.attribute("id");
    var from = stanza.attribute("from").flatMap(Jid::tryParse);
    if (id.isEmpty() || !REPEATED.contains(stanza.tag())) {
      return Optional.empty();
    }
    var ack =
        Element.of("ack")
            .with("id", id.get())
            .with("to", from.orElse(Jid.SERVER))
            .with("class", stanza.tag())
            .with("participant", stanza.attribute("participant").flatMap(Jid::tryParse));
    var type = stanza.attribute("type");
    ack = type.isPresent() ? ack.with("type", type.get()) : ack;
    return Optional.of(stanza.is("message") ? ack.with("error", PARSE_ERROR) : ack);
  }

  /// The ack of a receipt, a notification or a call.
  public static Element ack(Element stanza) {
    return ack(stanza, Optional.empty());
  }

  private static Element ack(Element stanza, Optional<Integer> error) {
    var ack =
        Element.of("ack")
            .with("id", stanza.require("id"))
            .with("to", stanza.requireJid("from"))
            .with("class", stanza.tag());
    if (error.isPresent()) {
      ack = ack.with("error", error.get());
    }
    ack =
        ack.with("participant", stanza.jid("participant"))
            .with("recipient", stanza.jid("recipient"));
    var type = stanza.attribute("type");
    return type.isPresent() ? ack.with("type", type.get()) : ack;
  }

  /// Takes a receipt: acks it, and moves what it is about onwards. Nothing for a retry: that is
  /// the business of [Retries], its ack too.
  public static List<Effect> take(Context context, Stanza.Receipt receipt) {
    reached(receipt.type().orElse(""))
        .ifPresent(
            state -> {
              if (receipt.readers().isEmpty()) {
                receipt.ids().forEach(id -> moved(context, receipt, id, state));
              } else {
                receipt.readers().stream()
                    .filter(reader -> !context.account().owns(reader.user().bare()))
                    .forEach(reader -> moved(context, receipt, reader.messageId(), state));
              }
            });
    return Retries.isRetry(receipt) ? List.of() : acknowledged(ack(receipt.element()));
  }

  /// `inactive`: it arrived at a device that nobody looks at; arrived all the same. What our own
  /// devices read or received says nothing about the other side.
  private static Optional<Outbound.State> reached(String type) {
    return switch (type) {
      case "", "inactive" -> Optional.of(Outbound.State.DELIVERED);
      case "read" -> Optional.of(Outbound.State.READ);
      case "played" -> Optional.of(Outbound.State.PLAYED);
      default -> Optional.empty();
    };
  }

  /// Never backwards: receipts come in any order, and from several devices.
  private static void moved(
      Context context, Stanza.Receipt receipt, String id, Outbound.State state) {
    var found = context.draft().outboundByMessageId(id);
    if (found.isEmpty() || !concerns(context, receipt.origin().from(), found.get())) {
      return;
    }
    var row = found.get();
    boolean ownWord =
        context.account().owns(receipt.origin().sender().bare())
            && !context.account().owns(row.chat());
    boolean under =
        row.state().compareTo(Outbound.State.SENDING) >= 0 && row.state().compareTo(state) < 0;
    if (under && !ownWord) {
      var next = row.in(state, context.now());
      context.draft().outbound(next);
      context
          .draft()
          .event(
              new Event.OutboundChanged(
                  next.id(),
                  next.messageId(),
                  next.chat(),
                  state,
                  Optional.empty(),
                  context.now()));
    }
  }

  /// Whether a stanza from there can speak of this row: its chat, in either domain, or our own
  /// devices.
  static boolean concerns(Context context, Jid from, Outbound row) {
    var chat = Addresses.known(context.draft(), row.chat().bare());
    return Addresses.known(context.draft(), from.bare()).equals(chat);
  }
}
