package holdfast.sandbox.phone;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import holdfast.proto.Conversation;
import holdfast.proto.HistorySync;
import holdfast.proto.HistorySyncMsg;
import holdfast.proto.Message;
import holdfast.proto.MessageKey;
import holdfast.proto.PhoneNumberToLIDMapping;
import holdfast.proto.Pushname;
import holdfast.proto.WebMessageInfo;
import holdfast.sandbox.world.Account;
import holdfast.sandbox.world.World;
import holdfast.stanza.Jid;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/// The past of an account, as its phone tells it to companions (protocol page 05 § 8; vectors
/// `history-sync.json`).
final class History {
  private static final int MOST_MESSAGES = 50;

  private final World world;
  private final Account account;
  private final Notebook notebook;

  History(World world, Account account, Notebook notebook) {
    this.world = world;
    this.account = account;
    this.notebook = notebook;
  }

  /// All chats with their newest messages, and which number has which LID.
  HistorySync bootstrap() {
    var history =
        HistorySync.newBuilder()
            .setSyncType(HistorySync.HistorySyncType.INITIAL_BOOTSTRAP)
            .setChunkOrder(1)
            .setProgress(100);
    notebook.chats().forEach((chat, kept) -> history.addConversations(conversation(chat, kept)));
    history.addPhoneNumberToLidMappings(mapping(account));
    account
        .contacts()
        .forEach(
            phone ->
                world
                    .byPhone(phone)
                    .ifPresent(person -> history.addPhoneNumberToLidMappings(mapping(person))));
    return history.build();
  }

  private static PhoneNumberToLIDMapping.Builder mapping(Account person) {
    return PhoneNumberToLIDMapping.newBuilder()
        .setPnJid(person.phoneJid().toString())
        .setLidJid(person.lidJid().toString());
  }

  HistorySync pushNames() {
    var history =
        HistorySync.newBuilder()
            .setSyncType(HistorySync.HistorySyncType.PUSH_NAME)
            .setChunkOrder(1)
            .setProgress(100)
            .addPushnames(pushName(account));
    account
        .contacts()
        .forEach(
            phone ->
                world.byPhone(phone).ifPresent(person -> history.addPushnames(pushName(person))));
    return history.build();
  }

  private static Pushname.Builder pushName(Account person) {
    return Pushname.newBuilder().setId(person.phoneJid().toString()).setPushname(person.pushName());
  }

  /// What the phone has of one chat, from before a time.
  HistorySync onDemand(String chat, int count, long beforeMillis) {
    var kept =
        notebook.chats().getOrDefault(chat, List.of()).stream()
            .filter(one -> beforeMillis == 0 || one.at() * 1000 < beforeMillis)
            .toList();
    var newest = kept.subList(Math.max(0, kept.size() - Math.max(count, 1)), kept.size());
    return HistorySync.newBuilder()
        .setSyncType(HistorySync.HistorySyncType.ON_DEMAND)
        .setChunkOrder(1)
        .setProgress(100)
        .addConversations(conversation(chat, newest))
        .build();
  }

  private Conversation conversation(String chat, List<Kept> kept) {
    var conversation = Conversation.newBuilder().setId(chat);
    world
        .account(Jid.parse(chat))
        .ifPresent(person -> conversation.setPnJid(person.phoneJid().toString()));
    var newest = kept.subList(Math.max(0, kept.size() - MOST_MESSAGES), kept.size());
    for (var one : newest.reversed()) {
      conversation.addMessages(HistorySyncMsg.newBuilder().setMessage(info(one)));
    }
    if (!newest.isEmpty()) {
      conversation.setConversationTimestamp(newest.getLast().at());
    }
    return conversation.build();
  }

  WebMessageInfo info(Kept kept) {
    boolean fromMe = kept.sender().equals(account.lidJid().toString());
    var key = MessageKey.newBuilder().setRemoteJid(kept.chat()).setFromMe(fromMe).setId(kept.id());
    boolean group = Jid.parse(kept.chat()).isGroup();
    if (group && !fromMe) {
      key.setParticipant(kept.sender());
    }
    try {
      var info =
          WebMessageInfo.newBuilder()
              .setKey(key)
              .setMessage(Message.parseFrom(kept.message()))
              .setMessageTimestamp(kept.at());
      if (group && !fromMe) {
        info.setParticipant(kept.sender());
      }
      return info.build();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a message that was read can't be read again", e);
    }
  }

  /// The notice that carries a history inside itself.
  static Message.HistorySyncNotification notice(HistorySync history) {
    var inline = deflated(history.toByteArray());
    return Message.HistorySyncNotification.newBuilder()
        .setSyncType(Message.HistorySyncType.forNumber(history.getSyncType().getNumber()))
        .setChunkOrder(history.getChunkOrder())
        .setProgress(history.getProgress())
        .setInitialHistBootstrapInlinePayload(ByteString.copyFrom(inline))
        .build();
  }

  private static byte[] deflated(byte[] plain) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(bytes, new Deflater())) {
      out.write(plain);
    } catch (java.io.IOException e) {
      throw new IllegalStateException("memory can't fail", e);
    }
    return bytes.toByteArray();
  }
}
