package holdfast.stanza;

import java.util.Optional;

/// Whom a stanza comes from, as its attributes say it. Source: protocol page 05 § 5.
///
/// `from` is a device, a user, a group, a list or the server; `participant` the device behind a
/// group or a list; `recipient` the chat of what an own other device sent. An alias is the same
/// person in the other domain: the phone number of a LID, the LID of a phone number.
public record Origin(
    Jid from,
    Optional<Jid> participant,
    Optional<Jid> recipient,
    Optional<Jid> senderAlias,
    Optional<Jid> recipientAlias) {
  static Origin of(Element element) {
    var from = element.requireJid("from");
    var participant = element.jid("participant");
    var recipient = element.jid("recipient");
    return new Origin(
        from,
        participant,
        recipient,
        alias(element, participant.orElse(from), "participant", "sender"),
        alias(element, recipient.orElse(from), "recipient", "peer_recipient"));
  }

  /// Who wrote it.
  public Jid sender() {
    return participant.orElse(from);
  }

  /// The address in the other domain than `known`, under the first of two names. An alias that
  /// can't be read is none: it only adds to what is known.
  private static Optional<Jid> alias(Element element, Jid known, String first, String second) {
    var domain = known.isLid() ? "_pn" : "_lid";
    return element
        .readableJid(first + domain)
        .or(() -> element.readableJid(second + domain))
        .filter(alias -> known.isLid() ? alias.isPhone() : alias.isLid());
  }
}
