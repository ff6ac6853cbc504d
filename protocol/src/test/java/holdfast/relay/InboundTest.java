package holdfast.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import holdfast.device.Addresses;
import holdfast.device.Ratchets;
import holdfast.device.SenderKeys;
import holdfast.proto.LIDMigrationMapping;
import holdfast.proto.LIDMigrationMappingSyncMessage;
import holdfast.proto.LIDMigrationMappingSyncPayload;
import holdfast.proto.Message;
import holdfast.proto.Message.ProtocolMessage;
import holdfast.signal.Ciphertext;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.step.Verdict;
import holdfast.store.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InboundTest {
  private final World world = new World();
  private final World.Person ann = world.person("15550100001", 0, 3);
  private final World.Person ben = world.person("15550100002", 0);
  private final Companion gateway = ann.device(3);
  private final Companion phone = ann.device(0);
  private final Companion ben0 = ben.device(0);
  private int ids;

  @BeforeEach
  void talk() {
    phone.send(ben.phone, "first");
    ben0.send(ann.phone, "second");
    world.run();
    gateway.events.clear();
    gateway.verdicts.clear();
    world.incoming.clear();
  }

  @Test
  @DisplayName("Keys that the own phone shares are kept, and it is told that they came")
  void keyShare() {
    receive(phone, sharedKey(), true);

    assertThat(gateway.peek().appStateKey("0001")).isPresent();
    assertThat(gateway.verdicts).containsExactly(new Verdict.Peer(false));
    assertThat(gateway.events).isEmpty();
  }

  @Test
  @DisplayName("Keys that a stranger shares are nothing, and nobody is told of them")
  void strangersKeyShare() {
    receive(ben0, sharedKey(), false);
    receive(ben0, sharedKey(), true);

    assertThat(gateway.peek().appStateKey("0001")).isEmpty();
    assertThat(gateway.verdicts).containsOnly(new Verdict.Delivered());
    assertThat(gateway.events).isEmpty();
  }

  @Test
  @DisplayName("A notice of history is answered as such, and again when it is repeated")
  void history() {
    var notice =
        protocol(
            ProtocolMessage.newBuilder()
                .setType(ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION)
                .setHistorySyncNotification(
                    Message.HistorySyncNotification.newBuilder().setProgress(100)));
    var stanza = sealed(phone, notice.toByteArray(), true);
    gateway.receive(stanza);
    world.run();
    assertThat(world.sent(gateway, "receipt"))
        .extracting(it -> it.require("type"))
        .containsExactly("peer_msg", "hist_sync");
    gateway.receive(stanza);
    assertThat(gateway.verdicts).containsExactly(new Verdict.Peer(true), new Verdict.Peer(true));
  }

  @Test
  @DisplayName("The own phone's table of phone numbers and LIDs is learnt")
  void migration() {
    var table =
        LIDMigrationMappingSyncPayload.newBuilder()
            .addPnToLidMappings(
                LIDMigrationMapping.newBuilder().setPn(15550100077L).setAssignedLid(277L))
            .build();
    receive(
        phone,
        protocol(
            ProtocolMessage.newBuilder()
                .setType(ProtocolMessage.Type.LID_MIGRATION_MAPPING_SYNC)
                .setLidMigrationMappingSyncMessage(
                    LIDMigrationMappingSyncMessage.newBuilder()
                        .setEncodedMappingPayload(
                            ByteString.copyFrom(zipped(table.toByteArray()))))),
        true);

    assertThat(Addresses.known(gateway.peek(), Jid.phone("15550100077"))).isEqualTo(Jid.lid("277"));
  }

  @Test
  @DisplayName("R32: another's word for what we sent is nothing")
  void forgedCopy() {
    receive(
        ben0,
        Message.newBuilder()
            .setDeviceSentMessage(
                Message.DeviceSentMessage.newBuilder()
                    .setDestinationJid(ben.phone.toString())
                    .setMessage(Message.newBuilder().setConversation("I owe Ben money")))
            .build(),
        false);

    assertThat(gateway.events).isEmpty();
    assertThat(gateway.verdicts).containsExactly(new Verdict.Delivered());
  }

  @Test
  @DisplayName("What isn't a message is refused once and told once, and a repetition is acked")
  void noMessage() {
    var stanza = sealed(ben0, new byte[] {(byte) 0xFF, 1, 2, 3}, false);
    gateway.receive(stanza);
    gateway.receive(stanza);
    world.run();

    assertThat(gateway.verdicts)
        .containsExactly(new Verdict.Rejected(491), new Verdict.Delivered());
    assertThat(world.sent(gateway, "ack").getFirst().attribute("error")).contains("491");
    assertThat(gateway.events).hasSize(1);
    assertThat(gateway.all(Event.MessageUndecryptable.class))
        .extracting(Event.MessageUndecryptable::reason, Event.MessageUndecryptable::attempt)
        .containsExactly(tuple("invalid_content", 0));
  }

  @Test
  @DisplayName("Ciphertexts of kinds that nobody knows are refused with their codes")
  void unknownKinds() {
    gateway.receive(message(ben0, false, Element.of("enc").with("type", "msmsg")));
    gateway.receive(message(ben0, false, Element.of("enc").with("type", "frskmsg")));
    gateway.receive(message(ben0, false, Element.of("reaction")));
    world.run();

    assertThat(gateway.verdicts)
        .containsExactly(
            new Verdict.Rejected(495), new Verdict.Rejected(488), new Verdict.Rejected(488));
  }

  @Test
  @DisplayName("A text counts though a ciphertext of an unknown kind stands beside it")
  void textBesideUnknown() {
    var text = Message.newBuilder().setConversation("text").build();
    var stanza = sealed(ben0, text.toByteArray(), false);
    var parts = new ArrayList<>(stanza.children());
    parts.addFirst(Element.of("enc").with("type", "frskmsg"));
    gateway.receive(stanza.containing(parts));
    world.run();

    assertThat(gateway.texts()).containsExactly("text");
    assertThat(gateway.verdicts).containsExactly(new Verdict.Delivered());
  }

  @Test
  @DisplayName("A newsletter's message isn't encrypted, makes an event and needs an ack")
  void newsletter() {
    var channel = Jid.of("120363144038483540", Jid.NEWSLETTER_SERVER);
    var stanza =
        Element.of("message")
            .with("id", "N1")
            .with("from", channel)
            .with("t", 1)
            .with("type", "text")
            .containing(
                Element.of("plaintext")
                    .containing(
                        Message.newBuilder().setConversation("news").build().toByteArray()));
    gateway.receive(stanza);
    gateway.receive(stanza);
    world.run();

    assertThat(gateway.texts()).containsExactly("news");
    assertThat(gateway.received().getFirst().chat().jid()).isEqualTo(channel);
    assertThat(world.sent(gateway, "ack")).isNotEmpty();
  }

  @Test
  @DisplayName("What is on the phone only is told once")
  void unavailable() {
    var stanza = message(ben0, false, Element.of("unavailable").with("type", "view_once"));
    gateway.receive(stanza);
    gateway.receive(stanza);
    world.run();

    assertThat(gateway.verdicts).containsOnly(new Verdict.AckOnly());
    assertThat(gateway.all(Event.MessageUndecryptable.class))
        .extracting(Event.MessageUndecryptable::reason)
        .containsExactly("unavailable");
  }

  @Test
  @DisplayName("A sender key from elsewhere is taken for a group that is known, and for no other")
  void keyForAnotherGroup() {
    var group = world.group("120363025246125486", ann, ben);
    receive(ben0, keyOf(group), false);
    assertThat(gateway.texts()).containsExactly("and a key");
    assertThat(gateway.peek().groupsKeyedBy(ben.lid)).isEmpty();

    gateway.send(group, "now it is known");
    world.run();
    receive(ben0, keyOf(group), false);
    assertThat(gateway.peek().groupsKeyedBy(ben.lid)).containsExactly(group);
  }

  @Test
  @DisplayName("A sender key that came in its group needs no more than that")
  void keyInItsGroup() {
    var group = world.group("120363025246125486", ann, ben);
    ben0.send(group, "Hello all");
    world.run();

    assertThat(gateway.texts()).containsExactly("Hello all");
    assertThat(gateway.peek().group(group)).isEmpty();
    assertThat(gateway.peek().groupsKeyedBy(ben.lid)).containsExactly(group);
  }

  private Message keyOf(Jid group) {
    var shared = new ArrayList<byte[]>();
    ben0.meddle(
        context -> {
          SenderKeys.ready(context, group, java.util.List.of());
          shared.add(SenderKeys.distribution(context, group));
        });
    return Message.newBuilder()
        .setConversation("and a key")
        .setSenderKeyDistributionMessage(
            Message.SenderKeyDistributionMessage.newBuilder()
                .setGroupId(group.toString())
                .setAxolotlSenderKeyDistributionMessage(ByteString.copyFrom(shared.getFirst())))
        .build();
  }

  @Test
  @DisplayName("A damaged sender key costs nothing but the retry for what is under it")
  void damagedKey() {
    receive(
        ben0,
        Message.newBuilder()
            .setConversation("text")
            .setSenderKeyDistributionMessage(
                Message.SenderKeyDistributionMessage.newBuilder()
                    .setGroupId("120363025246125486@g.us")
                    .setAxolotlSenderKeyDistributionMessage(ByteString.copyFromUtf8("nonsense")))
            .build(),
        false);

    assertThat(gateway.texts()).containsExactly("text");
  }

  // ---- how they are made

  @Test
  @DisplayName(
      "R31: what was taken while only a phone number was known is known again under the LID")
  void takenUnderThePhone() {
    var stanza =
        sealed(ben0, Message.newBuilder().setConversation("once").build().toByteArray(), false);
    gateway.receive(stanza.with("id", "used"));
    gateway.meddle(
        context ->
            context.draft().taken(ben.phone, ben.phone, stanza.require("id"), context.now()));
    gateway.receive(stanza);
    world.run();

    assertThat(gateway.texts()).containsExactly("once");
    assertThat(gateway.verdicts).containsExactly(new Verdict.Delivered(), new Verdict.Delivered());
    assertThat(gateway.events).hasSize(1);
  }

  private void receive(Companion from, Message message, boolean peer) {
    gateway.receive(sealed(from, message.toByteArray(), peer));
    world.run();
  }

  private Element sealed(Companion from, byte[] plaintext, boolean peer) {
    var made = new ArrayList<Ciphertext>();
    from.meddle(context -> made.add(Ratchets.encrypt(context, gateway.jid(), plaintext)));
    var enc =
        Element.of("enc")
            .with("v", "2")
            .with("type", made.getFirst().type().wire())
            .containing(made.getFirst().bytes());
    return message(from, peer, enc);
  }

  private Element message(Companion from, boolean peer, Element child) {
    var stanza =
        Element.of("message")
            .with("id", "M" + ids++)
            .with("from", from.jid())
            .with("t", 1)
            .with("type", "text");
    return (peer ? stanza.with("category", "peer") : stanza).containing(child);
  }

  private static Message sharedKey() {
    return protocol(
        ProtocolMessage.newBuilder()
            .setType(ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE)
            .setAppStateSyncKeyShare(
                Message.AppStateSyncKeyShare.newBuilder()
                    .addKeys(
                        Message.AppStateSyncKey.newBuilder()
                            .setKeyId(
                                Message.AppStateSyncKeyId.newBuilder()
                                    .setKeyId(ByteString.copyFrom(new byte[] {0, 1})))
                            .setKeyData(
                                Message.AppStateSyncKeyData.newBuilder()
                                    .setKeyData(ByteString.copyFrom(new byte[32]))))));
  }

  private static Message protocol(ProtocolMessage.Builder message) {
    return Message.newBuilder().setProtocolMessage(message).build();
  }

  private static byte[] zipped(byte[] bytes) {
    var out = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
