package holdfast.message;

import holdfast.device.Addresses;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import holdfast.store.Draft;
import holdfast.store.Event;
import holdfast.store.Missed;
import holdfast.store.Person;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/// What a tenant is told of a message beside its content, whichever way that comes.
///
/// `chat`: bare. `sender`: the device that wrote it.
record Letter(
    String id, Jid chat, Jid sender, Optional<String> pushName, Instant at, boolean offline) {
  static Letter of(Envelope envelope) {
    var stanza = envelope.stanza();
    return new Letter(
        envelope.id(),
        envelope.chat(),
        envelope.sender(),
        stanza.pushName(),
        stanza.at(),
        stanza.isOffline());
  }

  /// Under the addresses that are known by now.
  static Letter of(Context context, Missed missed) {
    var draft = context.draft();
    return new Letter(
        missed.id(),
        Addresses.known(draft, missed.chat()),
        Addresses.known(draft, missed.sender()),
        missed.pushName(),
        missed.at(),
        missed.offline());
  }

  /// Whether it was taken (R31), under the addresses of now or under a phone number that was all
  /// that was known of its chat or its author: what was noted as taken doesn't move to the LID.
  boolean seen(Draft draft) {
    var chats = Stream.of(chat, Addresses.phoneForm(draft, chat).orElse(chat)).distinct().toList();
    var author = sender.bare();
    return Stream.of(author, Addresses.phoneForm(draft, author).orElse(author))
        .distinct()
        .anyMatch(who -> chats.stream().anyMatch(where -> draft.seen(where, who, id)));
  }

  boolean fromMe(Context context) {
    return context.account().owns(sender.bare());
  }

  void received(Context context, Reading reading) {
    context
        .draft()
        .event(
            new Event.MessageReceived(
                id,
                chatPerson(context),
                author(context),
                fromMe(context),
                chat.isGroup(),
                reading.type(),
                reading.text(),
                at,
                offline,
                context.now()));
  }

  void undecryptable(Context context, String reason, int attempt) {
    context
        .draft()
        .event(
            new Event.MessageUndecryptable(
                id, chatPerson(context), author(context), reason, attempt, context.now()));
  }

  void requested(Context context, int attempt) {
    context
        .draft()
        .event(
            new Event.MessageRequested(
                id, chatPerson(context), author(context), attempt, context.now()));
  }

  void givenUp(Context context, String reason) {
    context
        .draft()
        .event(
            new Event.MessageGivenUp(
                id, chatPerson(context), author(context), reason, context.now()));
  }

  private Person chatPerson(Context context) {
    boolean theirs = !fromMe(context) && chat.equals(sender.bare());
    return Addresses.person(context.draft(), chat, theirs ? pushName : Optional.empty());
  }

  private Person author(Context context) {
    var name = fromMe(context) ? context.account().pushName() : pushName;
    return Addresses.person(context.draft(), sender, name);
  }
}
