package holdfast.message;

import holdfast.proto.Message;
import holdfast.proto.Message.ProtocolMessage;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/// What a message says: its kind, and its text wherever WhatsApp hides it (R32).
///
/// `type`: as in events. Kinds that nothing here knows are `unknown`, never dropped.
record Reading(String type, Optional<String> text) {
  private static final String UNKNOWN = "unknown";

  /// Real messages are wrapped twice at most.
  private static final int MAX_WRAPPERS = 8;

  private record Kind(Predicate<Message> fits, String type, Function<Message, String> text) {}

  private static final List<Kind> KINDS =
      List.of(
          new Kind(Message::hasConversation, "text", Message::getConversation),
          new Kind(
              Message::hasExtendedTextMessage, "text", it -> it.getExtendedTextMessage().getText()),
          new Kind(Message::hasImageMessage, "image", it -> it.getImageMessage().getCaption()),
          new Kind(Message::hasVideoMessage, "video", it -> it.getVideoMessage().getCaption()),
          new Kind(Message::hasPtvMessage, "video", it -> it.getPtvMessage().getCaption()),
          new Kind(it -> it.getAudioMessage().getPtt(), "voice", Reading::none),
          new Kind(Message::hasAudioMessage, "audio", Reading::none),
          new Kind(
              Message::hasDocumentMessage, "document", it -> it.getDocumentMessage().getCaption()),
          new Kind(Message::hasStickerMessage, "sticker", Reading::none),
          new Kind(
              Message::hasLocationMessage, "location", it -> it.getLocationMessage().getComment()),
          new Kind(
              Message::hasLiveLocationMessage,
              "live_location",
              it -> it.getLiveLocationMessage().getCaption()),
          new Kind(Message::hasContactMessage, "contact", Reading::none),
          new Kind(Message::hasContactsArrayMessage, "contacts", Reading::none),
          new Kind(
              Message::hasGroupInviteMessage,
              "group_invite",
              it -> it.getGroupInviteMessage().getCaption()),
          new Kind(
              Message::hasButtonsResponseMessage,
              "button_reply",
              it ->
                  first(
                      it.getButtonsResponseMessage().getSelectedDisplayText(),
                      it.getButtonsResponseMessage().getSelectedButtonId())),
          new Kind(
              Message::hasTemplateButtonReplyMessage,
              "template_reply",
              it ->
                  first(
                      it.getTemplateButtonReplyMessage().getSelectedDisplayText(),
                      it.getTemplateButtonReplyMessage().getSelectedId())),
          new Kind(Message::hasListResponseMessage, "list_reply", Reading::chosen),
          new Kind(
              Message::hasInteractiveResponseMessage,
              "interactive_reply",
              it -> it.getInteractiveResponseMessage().getBody().getText()),
          new Kind(
              Message::hasButtonsMessage,
              "buttons",
              it ->
                  first(it.getButtonsMessage().getContentText(), it.getButtonsMessage().getText())),
          new Kind(
              Message::hasListMessage,
              "list",
              it -> first(it.getListMessage().getDescription(), it.getListMessage().getTitle())),
          new Kind(Message::hasInteractiveMessage, "interactive", Reading::none),
          new Kind(
              Message::hasReactionMessage, "reaction", it -> it.getReactionMessage().getText()),
          new Kind(Message::hasEncReactionMessage, "reaction", Reading::none),
          new Kind(
              Message::hasPollCreationMessage, "poll", it -> it.getPollCreationMessage().getName()),
          new Kind(
              Message::hasPollCreationMessageV2,
              "poll",
              it -> it.getPollCreationMessageV2().getName()),
          new Kind(
              Message::hasPollCreationMessageV3,
              "poll",
              it -> it.getPollCreationMessageV3().getName()),
          new Kind(
              Message::hasPollCreationMessageV5,
              "poll",
              it -> it.getPollCreationMessageV5().getName()),
          new Kind(
              Message::hasPollCreationMessageV6,
              "poll",
              it -> it.getPollCreationMessageV6().getName()),
          new Kind(Message::hasPollUpdateMessage, "poll_vote", Reading::none),
          new Kind(Message::hasEventMessage, "event", it -> it.getEventMessage().getName()),
          new Kind(Message::hasEncEventResponseMessage, "event_response", Reading::none),
          new Kind(Message::hasEncCommentMessage, "comment", Reading::none),
          new Kind(Message::hasPinInChatMessage, "pin", Reading::none),
          new Kind(Message::hasKeepInChatMessage, "keep", Reading::none),
          new Kind(Message::hasAlbumMessage, "album", Reading::none),
          new Kind(Message::hasCall, "call", Reading::none),
          new Kind(Message::hasRequestPhoneNumberMessage, "phone_number_request", Reading::none));

  /// Empty when the message carries nothing for people (keys, context).
  static Optional<Reading> of(Message message) {
    return of(message, 0);
  }

  private static Optional<Reading> of(Message message, int depth) {
    for (var kind : KINDS) {
      if (kind.fits().test(message)) {
        return Optional.of(reading(kind.type(), kind.text().apply(message)));
      }
    }
    if (message.hasProtocolMessage()) {
      return protocol(message.getProtocolMessage(), depth);
    }
    if (depth < MAX_WRAPPERS) {
      if (message.hasEditedMessage()) {
        return Optional.of(edit(message.getEditedMessage().getMessage(), depth));
      }
      if (message.hasCommentMessage()) {
        return of(message.getCommentMessage().getMessage(), depth + 1)
            .map(inner -> new Reading("comment", inner.text()));
      }
      var wrapped = wrapped(message);
      if (wrapped.isPresent()) {
        return of(wrapped.get(), depth + 1);
      }
    }
    return isBare(message) ? Optional.empty() : Optional.of(reading(UNKNOWN, ""));
  }

  /// What devices tell one another is not for people. A type that isn't known reads as none: the
  /// default would be a revocation.
  private static Optional<Reading> protocol(ProtocolMessage message, int depth) {
    if (!message.hasType()) {
      return Optional.empty();
    }
    return switch (message.getType()) {
      case REVOKE -> Optional.of(reading("revoke", ""));
      case MESSAGE_EDIT -> Optional.of(edit(message.getEditedMessage(), depth));
      case EPHEMERAL_SETTING -> Optional.of(reading("ephemeral_setting", ""));
      case LIMIT_SHARING -> Optional.of(reading("limit_sharing", ""));
      case GROUP_MEMBER_LABEL_CHANGE -> Optional.of(reading("member_label", ""));
      default -> Optional.empty();
    };
  }

  private static Reading edit(Message edited, int depth) {
    var inner = depth < MAX_WRAPPERS ? of(edited, depth + 1) : Optional.<Reading>empty();
    return new Reading("edit", inner.flatMap(Reading::text));
  }

  /// Whatever is wrapped is of one type: a message that older clients needn't understand
  /// (disappearing, view once, document with caption …).
  private static Optional<Message> wrapped(Message message) {
    return message.getAllFields().values().stream()
        .filter(Message.FutureProofMessage.class::isInstance)
        .map(Message.FutureProofMessage.class::cast)
        .filter(Message.FutureProofMessage::hasMessage)
        .map(Message.FutureProofMessage::getMessage)
        .findFirst();
  }

  private static boolean isBare(Message message) {
    return message.getUnknownFields().asMap().isEmpty()
        && message.getAllFields().keySet().stream()
            .allMatch(
                field ->
                    switch (field.getNumber()) {
                      case Message.SENDER_KEY_DISTRIBUTION_MESSAGE_FIELD_NUMBER,
                          Message.FAST_RATCHET_KEY_SENDER_KEY_DISTRIBUTION_MESSAGE_FIELD_NUMBER,
                          Message.DEVICE_SENT_MESSAGE_FIELD_NUMBER,
                          Message.MESSAGE_CONTEXT_INFO_FIELD_NUMBER ->
                          true;
                      default -> false;
                    });
  }

  private static String chosen(Message message) {
    var response = message.getListResponseMessage();
    return first(
        response.getTitle(),
        first(response.getDescription(), response.getSingleSelectReply().getSelectedRowId()));
  }

  private static String first(String one, String other) {
    return one.isEmpty() ? other : one;
  }

  private static String none(Message message) {
    return "";
  }

  private static Reading reading(String type, String text) {
    return new Reading(type, Optional.of(text).filter(it -> !it.isEmpty()));
  }

  @Override
  public String toString() {
    return "Reading[type=" + type + "]";
  }
}
