package holdfast.sandbox.phone;

import com.google.protobuf.ByteString;
import holdfast.proto.HistorySync;
import holdfast.proto.Message;
import holdfast.proto.Message.PeerDataOperationRequestMessage;
import holdfast.proto.Message.PeerDataOperationRequestResponseMessage;
import holdfast.proto.Message.PeerDataOperationRequestResponseMessage.PeerDataOperationResult;
import holdfast.proto.Message.PeerDataOperationRequestType;
import holdfast.proto.Message.ProtocolMessage;
import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.Device;
import holdfast.sandbox.world.World;

/// What a phone does for its own companions: the first keys and the past, and what they ask for
/// later (protocol page 08 § 8).
final class Household {
  private final World world;
  private final Account account;
  private final PhoneKeys keys;
  private final Writer writer;
  private final Notebook notebook;
  private final History history;

  Household(World world, Account account, PhoneKeys keys, Writer writer, Notebook notebook) {
    this.world = world;
    this.account = account;
    this.keys = keys;
    this.writer = writer;
    this.notebook = notebook;
    this.history = new History(world, account, notebook);
  }

  /// Once for each companion, when it can be written to: the key of the app state BEFORE any of it
  /// can be fetched, then the past.
  void greet(Device companion) {
    if (companion.isGreeted()) {
      return;
    }
    companion.setGreeted();
    seedAppState();
    writer.peer(companion, keyShare());
    writer.peer(companion, notice(history.bootstrap()));
    writer.peer(companion, notice(history.pushNames()));
  }

  private void seedAppState() {
    var collection = world.collection(account, AppStateSeed.COLLECTION);
    if (collection.version() == 0) {
      var seed = new AppStateSeed(keys.appStateKey(), world.random());
      collection.append(seed.pushName(account.pushName(), world.nowMillis()));
    }
  }

  private Message keyShare() {
    var key =
        Message.AppStateSyncKey.newBuilder()
            .setKeyId(
                Message.AppStateSyncKeyId.newBuilder()
                    .setKeyId(ByteString.copyFrom(AppStateSeed.KEY_ID)))
            .setKeyData(
                Message.AppStateSyncKeyData.newBuilder()
                    .setKeyData(ByteString.copyFrom(keys.appStateKey()))
                    .setFingerprint(
                        Message.AppStateSyncKeyFingerprint.newBuilder()
                            .setRawId((int) account.rawId())
                            .setCurrentIndex(0)
                            .addDeviceIndexes(0))
                    .setTimestamp(world.nowMillis()));
    return protocol(
        ProtocolMessage.newBuilder()
            .setType(ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE)
            .setAppStateSyncKeyShare(Message.AppStateSyncKeyShare.newBuilder().addKeys(key)));
  }

  private static Message notice(HistorySync history) {
    return protocol(
        ProtocolMessage.newBuilder()
            .setType(ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION)
            .setHistorySyncNotification(History.notice(history)));
  }

  private static Message protocol(ProtocolMessage.Builder message) {
    return Message.newBuilder().setProtocolMessage(message).build();
  }

  /// A companion asks its phone for something. `id`: of the asking message.
  void asked(Device companion, String id, ProtocolMessage message) {
    switch (message.getType()) {
      case APP_STATE_SYNC_KEY_REQUEST -> writer.peer(companion, keyShare());
      case PEER_DATA_OPERATION_REQUEST_MESSAGE ->
          peerData(companion, id, message.getPeerDataOperationRequestMessage());
      default -> {} // nothing that a phone has to answer
    }
  }

  private void peerData(Device companion, String id, PeerDataOperationRequestMessage request) {
    switch (request.getPeerDataOperationRequestType()) {
      case PLACEHOLDER_MESSAGE_RESEND -> writer.peer(companion, missed(id, request));
      case HISTORY_SYNC_ON_DEMAND -> {
        var asked = request.getHistorySyncOnDemandRequest();
        var chat = writer.lidForm(asked.getChatJid());
        writer.peer(
            companion,
            notice(
                history.onDemand(
                    chat, asked.getOnDemandMsgCount(), asked.getOldestMsgTimestampMs())));
      }
      default -> {} // the sandbox's phone has nothing of that kind
    }
  }

  /// The messages that a companion couldn't read, as far as the phone could: each by its whole key,
  /// so that an id alone gives nothing away.
  private Message missed(String id, PeerDataOperationRequestMessage request) {
    var response =
        PeerDataOperationRequestResponseMessage.newBuilder()
            .setPeerDataOperationRequestType(
                PeerDataOperationRequestType.PLACEHOLDER_MESSAGE_RESEND)
            .setStanzaId(id);
    for (var asked : request.getPlaceholderMessageResendRequestList()) {
      var key = asked.getMessageKey();
      notebook
          .kept(key.getId())
          .filter(kept -> !kept.peer() && kept.chat().equals(writer.lidForm(key.getRemoteJid())))
          .ifPresent(
              kept ->
                  response.addPeerDataOperationResult(
                      PeerDataOperationResult.newBuilder()
                          .setPlaceholderMessageResendResponse(
                              PeerDataOperationResult.PlaceholderMessageResendResponse.newBuilder()
                                  .setWebMessageInfoBytes(history.info(kept).toByteString()))));
    }
    return protocol(
        ProtocolMessage.newBuilder()
            .setType(ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE)
            .setPeerDataOperationRequestResponseMessage(response));
  }
}
