package holdfast.device;

import holdfast.proto.Message;
import holdfast.proto.Message.PinInChatMessage;
import holdfast.proto.Message.ProtocolMessage;
import java.util.Optional;

/// What the server is told of a message that it can't read (protocol page 05 § 3): the `type` and
/// `edit` of the stanza, the `mediatype` of the ciphertext, and whether a receiver that fails to
/// decrypt it should show nothing.
public record StanzaKind(
    String type, Optional<String> mediaType, Optional<String> edit, boolean hidden) {
  private static final StanzaKind TEXT = plain("text");

  public static StanzaKind of(Message message) {
    if (message.hasReactionMessage()) {
      boolean removed = message.getReactionMessage().getText().isEmpty();
      return new StanzaKind(
          "reaction", Optional.empty(), removed ? Optional.of("7") : Optional.empty(), true);
    }
    if (message.hasProtocolMessage()) {
      return ofProtocol(message.getProtocolMessage());
    }
    if (message.hasPinInChatMessage()) {
      boolean known = message.getPinInChatMessage().getType() != PinInChatMessage.Type.UNKNOWN_TYPE;
      return new StanzaKind(
          "text", Optional.empty(), known ? Optional.of("2") : Optional.empty(), true);
    }
    if (message.hasPollUpdateMessage()) {
      return new StanzaKind("poll", Optional.empty(), Optional.empty(), true);
    }
    if (message.hasPollCreationMessage()
        || message.hasPollCreationMessageV2()
        || message.hasPollCreationMessageV3()) {
      return plain("poll");
    }
    if (message.hasEventMessage()) {
      return plain("event");
    }
    return mediaType(message)
        .map(media -> new StanzaKind("media", Optional.of(media), Optional.empty(), false))
        .orElse(TEXT);
  }

  private static StanzaKind ofProtocol(ProtocolMessage message) {
    boolean own = message.getKey().getFromMe();
    return switch (message.getType()) {
      case REVOKE -> edited(own ? "7" : "8");
      case MESSAGE_EDIT -> edited("1");
      default -> TEXT;
    };
  }

  private static Optional<String> mediaType(Message message) {
    if (message.hasImageMessage()) {
      return Optional.of("image");
    }
    if (message.hasVideoMessage()) {
      return Optional.of(message.getVideoMessage().getGifPlayback() ? "gif" : "video");
    }
    if (message.hasPtvMessage()) {
      return Optional.of("ptv");
    }
    if (message.hasAudioMessage()) {
      return Optional.of(message.getAudioMessage().getPtt() ? "ptt" : "audio");
    }
    if (message.hasDocumentMessage()) {
      return Optional.of("document");
    }
    if (message.hasDocumentWithCaptionMessage()) {
      return mediaType(message.getDocumentWithCaptionMessage().getMessage());
    }
    if (message.hasStickerMessage()) {
      return Optional.of("sticker");
    }
    if (message.hasContactMessage()) {
      return Optional.of("vcard");
    }
    if (message.hasContactsArrayMessage()) {
      return Optional.of("contact_array");
    }
    if (message.hasLocationMessage()) {
      return Optional.of("location");
    }
    if (message.hasLiveLocationMessage()) {
      return Optional.of("livelocation");
    }
    return Optional.empty();
  }

  private static StanzaKind plain(String type) {
    return new StanzaKind(type, Optional.empty(), Optional.empty(), false);
  }

  private static StanzaKind edited(String code) {
    return new StanzaKind("text", Optional.empty(), Optional.of(code), true);
  }
}
