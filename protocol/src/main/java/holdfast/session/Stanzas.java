package holdfast.session;

import holdfast.crypto.BadKey;
import holdfast.crypto.Forged;
import holdfast.device.DeviceLists;
import holdfast.device.PreKeys;
import holdfast.device.Tokens;
import holdfast.group.Groups;
import holdfast.message.Inbound;
import holdfast.message.Outbox;
import holdfast.message.Placeholders;
import holdfast.receipt.Receipts;
import holdfast.receipt.Retries;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.MalformedStanza;
import holdfast.stanza.Outline;
import holdfast.stanza.Stanza;
import holdfast.step.Answer;
import holdfast.step.Query;
import holdfast.store.Event;
import java.util.Set;

/// Routes what the server says. The one place where a malformed stanza is caught, told and dropped.
final class Stanzas {
  /// What somebody else may have written, and somebody waits for.
  private static final Set<String> STANZAS = Set.of("message", "receipt", "notification", "call");

  private Stanzas() {}

  static void take(Work work, Element element) {
    work.received();
    try {
      route(work, Stanza.of(element));
    } catch (MalformedStanza | BadKey | Forged e) {
      drop(work, element, "it is malformed: " + e.getMessage());
    }
  }

  /// Answers it, so that it doesn't come again, and tells it.
  static void drop(Work work, Element element, String why) {
    work.say("stanza <" + Outline.printable(element.tag()) + "> dropped: " + why);
    if (work.life().isLinked() && STANZAS.contains(element.tag())) {
      Receipts.unreadable(element).ifPresent(work::acknowledge);
      work.draft.event(
          new Event.StanzaUnreadable(element.tag(), element.attribute("id"), work.now));
    }
  }

  private static void route(Work work, Stanza stanza) {
    switch (stanza) {
      case Stanza.Iq it -> iq(work, it);
      case Stanza.Success it -> Login.succeeded(work, it);
      case Stanza.Failure it -> end(work, Ending.of(it, work.now));
      case Stanza.StreamError it -> streamError(work, it);
      case Stanza.StreamEnd _ -> end(work, Ending.streamEnd());
      case Stanza.InfoBag it -> infoBag(work, it.child());
      case Stanza.Message it -> {
        if (work.life().isLinked()) {
          message(work, it);
        }
      }
      case Stanza.Receipt it -> {
        if (work.life().isLinked()) {
          receipt(work, it);
        }
      }
      case Stanza.Ack it -> {
        if (work.life().isLinked()) {
          Sending.took(work, Outbox.acked(work.context(), work.wire.outbox(), it));
        }
      }
      case Stanza.Notification it -> notification(work, it);
      case Stanza.Presence _, Stanza.ChatState _ -> {}
      case Stanza.Other it -> {
        if (it.element().is("call")) {
          work.acknowledge(Receipts.ack(it.element()));
        }
      }
    }
  }

  private static void end(Work work, Ending ending) {
    work.life(new Life.Input.Ended(work.life().control().generation(), ending));
  }

  private static void streamError(Work work, Stanza.StreamError error) {
    var ending = Ending.of(error);
    if (ending.kind() == Ending.Kind.LOGGED_OUT && !work.wire.unlinking().isEmpty()) {
      Commands.connectionGone(work); // the server's word for the logout that we asked for
      return;
    }
    end(work, ending);
  }

  private static void message(Work work, Stanza.Message message) {
    var taken = Inbound.take(work.context(), message);
    work.apply(taken.effects());
    if (taken.unproven()) {
      work.say(
          "a message whose device isn't vouched for by its account, id="
              + Outline.printable(message.id()));
    }
    work.apply(Receipts.answer(work.context(), message, taken.verdict(), work.wire.available()));
  }

  private static void receipt(Work work, Stanza.Receipt receipt) {
    work.apply(Receipts.take(work.context(), receipt));
    if (Retries.isRetry(receipt)) {
      var step = Retries.take(work.context(), work.wire.retries(), receipt);
      work.wire = work.wire.with(step.memory());
      work.apply(step.effects());
      Placeholders.refused(work.context(), receipt);
    }
  }

  private static void iq(Work work, Stanza.Iq iq) {
    var query = work.wire.queries().of(iq.id());
    if (query.isPresent() && isAnswer(iq)) {
      work.wire = work.wire.with(work.wire.queries().without(iq.id()));
      Login.answered(work, query.get(), answer(iq));
    } else if (iq.element().child("pair-device").isPresent()) {
      Linking.refs(work, iq.element());
    } else if (iq.element().child("pair-success").isPresent()) {
      Linking.paired(work, iq.element());
    } else if (iq.type() == Stanza.Iq.Type.GET) {
      work.acknowledge(Linking.result(iq.element())); // the server's own ping
    }
  }

  private static boolean isAnswer(Stanza.Iq iq) {
    return iq.type() == Stanza.Iq.Type.RESULT || iq.type() == Stanza.Iq.Type.ERROR;
  }

  private static Answer answer(Stanza.Iq iq) {
    return iq.refusal()
        .<Answer>map(it -> new Answer.Refused(it.code(), it.text()))
        .orElseGet(() -> new Answer.Result(iq.element()));
  }

  private static void notification(Work work, Stanza.Notification notification) {
    var element = notification.element();
    if (notification.type().equals("link_code_companion_reg")) {
      Linking.typed(work, element);
    }
    if (work.life().isLinked()) {
      var context = work.context();
      switch (notification.type()) {
        case "encrypt" -> work.apply(PreKeys.notified(context, notification));
        case "devices", "account_sync" -> DeviceLists.notified(context, notification);
        case "privacy_token" -> Tokens.notified(context, notification);
        case "w:gp2" -> Groups.notified(context, notification);
        case "mex" ->
            Sending.took(work, Outbox.notified(context, work.wire.outbox(), notification));
        default -> {} // acked all the same, else the server repeats it at every login
      }
    }
    work.acknowledge(Receipts.ack(element));
  }

  private static void infoBag(Work work, Element child) {
    switch (child.tag()) {
      case "downgrade_webclient" -> end(work, Ending.multiDeviceMismatch());
      case "edge_routing" ->
          child.child("routing_info").ifPresent(info -> work.draft.routing(info.bytes()));
      case "offline_preview" ->
          work.write(Element.of("ib").containing(Element.of("offline_batch").with("count", 100)));
      case "offline" -> backlogTaken(work, child.number("count").orElse(0L));
      case "dirty" -> clean(work, child);
      default -> {} // nothing that concerns a companion of ours
    }
  }

  private static void backlogTaken(Work work, long count) {
    var backlog = work.wire.backlog();
    work.wire = work.wire.with(new Wire.Backlog(backlog.due(), true, backlog.resumed()));
    work.draft.event(new Event.BacklogReceived((int) count, work.now));
  }

  private static void clean(Work work, Element dirty) {
    var clean =
        Element.of("clean")
            .with("type", dirty.require("type"))
            .with("timestamp", dirty.attribute("timestamp").orElse("0"));
    work.ask(
        new Query.Nothing(),
        Element.of("iq")
            .with("to", Jid.SERVER)
            .with("type", "set")
            .with("xmlns", "urn:xmpp:whatsapp:dirty")
            .containing(clean));
  }
}
