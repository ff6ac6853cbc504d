package holdfast.message;

import holdfast.device.Addresses;
import holdfast.stanza.Jid;
import holdfast.step.Context;
import holdfast.store.Account;
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

  static Letter of(Context context, Missed missed) {
    return of(context.draft(), missed);
  }

  /// Under the addresses that are known by now.
  static Letter of(Draft draft, Missed missed) {
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

  private boolean fromMe(Account account) {
    return account.owns(sender.bare());
  }

  void received(Context context, Reading reading) {
    context
        .draft()
        .event(
            new Event.MessageReceived(
                id,
                chatPerson(context.draft(), context.account()),
                author(context.draft(), context.account()),
                fromMe(context.account()),
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
                id,
                chatPerson(context.draft(), context.account()),
                author(context.draft(), context.account()),
                reason,
                attempt,
                context.now()));
  }

  void requested(Context context, int attempt) {
    context
        .draft()
        .event(
            new Event.MessageRequested(
                id,
                chatPerson(context.draft(), context.account()),
                author(context.draft(), context.account()),
                attempt,
                context.now()));
  }

  void givenUp(Context context, String reason) {
    givenUp(context.draft(), context.account(), context.now(), reason);
  }

  void givenUp(Draft draft, Account account, Instant now, String reason) {
    draft.event(
        new Event.MessageGivenUp(
            id, chatPerson(draft, account), author(draft, account), reason, now));
  }

  private Person chatPerson(Draft draft, Account account) {
    boolean theirs = !fromMe(account) && chat.equals(sender.bare());
    return Addresses.person(draft, chat, theirs ? pushName : Optional.empty());
  }

  private Person author(Draft draft, Account account) {
    var name = fromMe(account) ? account.pushName() : pushName;
    return Addresses.person(draft, sender, name);
  }
}
