package holdfast.sandbox.phone;

import holdfast.proto.Message;
import java.util.Optional;

/// What a person sees of a message: its type in one word and its text, wherever that hides.
record Content(String type, String text) {
  /// Nothing for what carries no content: keys, receipts among own devices, settings.
  static Optional<Content> of(Message message) {
    var inner = unwrapped(message);
    if (inner.hasConversation()) {
      return Optional.of(new Content("text", inner.getConversation()));
    }
    if (inner.hasExtendedTextMessage()) {
      return Optional.of(new Content("text", inner.getExtendedTextMessage().getText()));
    }
    if (inner.hasImageMessage()) {
      return Optional.of(new Content("image", inner.getImageMessage().getCaption()));
    }
    if (inner.hasVideoMessage()) {
      return Optional.of(new Content("video", inner.getVideoMessage().getCaption()));
    }
    if (inner.hasDocumentMessage()) {
      return Optional.of(new Content("document", inner.getDocumentMessage().getCaption()));
    }
    if (inner.hasAudioMessage()) {
      return Optional.of(new Content("audio", ""));
    }
    if (inner.hasStickerMessage()) {
      return Optional.of(new Content("sticker", ""));
    }
    if (inner.hasReactionMessage()) {
      return Optional.of(new Content("reaction", inner.getReactionMessage().getText()));
    }
    return other(inner);
  }

  private static Optional<Content> other(Message inner) {
    if (inner.hasLocationMessage()) {
      return Optional.of(new Content("location", inner.getLocationMessage().getName()));
    }
    if (inner.hasContactMessage()) {
      return Optional.of(new Content("contact", inner.getContactMessage().getDisplayName()));
    }
    if (inner.hasPollCreationMessage() || inner.hasPollCreationMessageV3()) {
      var poll =
          inner.hasPollCreationMessage()
              ? inner.getPollCreationMessage()
              : inner.getPollCreationMessageV3();
      return Optional.of(new Content("poll", poll.getName()));
    }
    if (inner.hasPollUpdateMessage()) {
      return Optional.of(new Content("poll_vote", ""));
    }
    return inner.hasProtocolMessage() ? protocol(inner) : Optional.empty();
  }

  private static Optional<Content> protocol(Message inner) {
    var protocol = inner.getProtocolMessage();
    return switch (protocol.getType()) {
      case REVOKE -> Optional.of(new Content("revoke", protocol.getKey().getId()));
      case MESSAGE_EDIT ->
          Optional.of(
              new Content("edit", of(protocol.getEditedMessage()).map(Content::text).orElse("")));
      default -> Optional.empty();
    };
  }

  private static Message unwrapped(Message message) {
    if (message.hasEphemeralMessage()) {
      return unwrapped(message.getEphemeralMessage().getMessage());
    }
    if (message.hasViewOnceMessage()) {
      return unwrapped(message.getViewOnceMessage().getMessage());
    }
    if (message.hasViewOnceMessageV2()) {
      return unwrapped(message.getViewOnceMessageV2().getMessage());
    }
    if (message.hasDocumentWithCaptionMessage()) {
      return unwrapped(message.getDocumentWithCaptionMessage().getMessage());
    }
    if (message.hasEditedMessage()) {
      return unwrapped(message.getEditedMessage().getMessage());
    }
    return message;
  }

  @Override
  public String toString() {
    return "Content[" + type + "]";
  }
}
