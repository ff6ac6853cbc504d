package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.device.Ratchets;
import holdfast.proto.Message;
import holdfast.proto.Message.PeerDataOperationRequestResponseMessage;
import holdfast.proto.Message.PeerDataOperationRequestResponseMessage.PeerDataOperationResult;
import holdfast.proto.Message.PeerDataOperationRequestType;
import holdfast.proto.Message.ProtocolMessage;
import holdfast.proto.MessageKey;
import holdfast.proto.WebMessageInfo;
import holdfast.signal.Ciphertext;
import holdfast.signal.Padding;
import holdfast.signal.Ratchet;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/// The phone of an account as a test plays it: reads what its companion asks for, and makes what it
/// answers with.
final class OwnPhone {
  private final Companion phone;
  private final Companion companion;
  private int ids;

  OwnPhone(Companion phone, Companion companion) {
    this.phone = phone;
    this.companion = companion;
  }

  /// What the phone reads in a request.
  MessageKey asked(Element request) throws InvalidProtocolBufferException {
    var enc = request.requireChild("enc");
    var type = enc.require("type").equals("pkmsg") ? Ciphertext.Type.PKMSG : Ciphertext.Type.MSG;
    var read = new ArrayList<byte[]>();
    phone.meddle(
        context -> {
          var outcome = Ratchets.decrypt(context, companion.jid(), type, enc.bytes());
          if (outcome instanceof Ratchet.Outcome.Plaintext plaintext) {
            read.add(Padding.unpad(plaintext.bytes()));
          }
        });
    var message = Message.parseFrom(read.getFirst()).getProtocolMessage();
    assertThat(message.getType())
        .isEqualTo(ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_MESSAGE);
    var content = message.getPeerDataOperationRequestMessage();
    assertThat(content.getPeerDataOperationRequestType())
        .isEqualTo(PeerDataOperationRequestType.PLACEHOLDER_MESSAGE_RESEND);
    return content.getPlaceholderMessageResendRequest(0).getMessageKey();
  }

  static byte[] info(String id, String text) {
    return WebMessageInfo.newBuilder()
        .setKey(MessageKey.newBuilder().setRemoteJid("1@lid").setFromMe(false).setId(id))
        .setMessage(Message.newBuilder().setConversation(text))
        .setMessageTimestamp(1)
        .build()
        .toByteArray();
  }

  static byte[] response(String request, byte[] info) {
    return Message.newBuilder()
        .setProtocolMessage(
            ProtocolMessage.newBuilder()
                .setType(ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE)
                .setPeerDataOperationRequestResponseMessage(
                    PeerDataOperationRequestResponseMessage.newBuilder()
                        .setPeerDataOperationRequestType(
                            PeerDataOperationRequestType.PLACEHOLDER_MESSAGE_RESEND)
                        .setStanzaId(request)
                        .addPeerDataOperationResult(
                            PeerDataOperationResult.newBuilder()
                                .setPlaceholderMessageResendResponse(
                                    PeerDataOperationResult.PlaceholderMessageResendResponse
                                        .newBuilder()
                                        .setWebMessageInfoBytes(ByteString.copyFrom(info))))))
        .build()
        .toByteArray();
  }

  Element sealed(Companion from, byte[] plaintext, boolean peer) {
    var made = new ArrayList<Ciphertext>();
    from.meddle(context -> made.add(Ratchets.encrypt(context, companion.jid(), plaintext)));
    var enc =
        Element.of("enc")
            .with("v", "2")
            .with("type", made.getFirst().type().wire())
            .containing(made.getFirst().bytes());
    var stanza = message("P" + ids++, from.jid()).containing(enc);
    return peer ? stanza.with("category", "peer") : stanza;
  }

  static Element garbage() {
    return Element.of("enc")
        .with("v", "2")
        .with("type", "msg")
        .containing("no ciphertext".getBytes(StandardCharsets.UTF_8));
  }

  static Element message(String id, Jid from) {
    return Element.of("message")
        .with("id", id)
        .with("from", from)
        .with("t", 1)
        .with("type", "text");
  }
}
