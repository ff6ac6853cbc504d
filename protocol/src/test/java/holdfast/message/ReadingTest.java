package holdfast.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import holdfast.Golden;
import holdfast.proto.Message;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReadingTest {
  /// What each golden message is read as: its type, and its text after a slash. Empty: nothing for
  /// people.
  private static final Map<String, String> EXPECTED =
      Map.ofEntries(
          Map.entry("conversation", "text/Hello ✓"),
          Map.entry("extendedText", "text/see https://example.org"),
          Map.entry("quotedReply", "text/reply"),
          Map.entry("ephemeralText", "text/gone soon"),
          Map.entry("image", "image/cap"),
          Map.entry("video", "video"),
          Map.entry("ptt", "voice"),
          Map.entry("document", "document"),
          Map.entry("documentWithCaption", "document/c"),
          Map.entry("sticker", "sticker"),
          Map.entry("location", "location"),
          Map.entry("liveLocation", "live_location"),
          Map.entry("contact", "contact"),
          Map.entry("contactsArray", "contacts"),
          Map.entry("reaction", "reaction/👍"),
          Map.entry("reactionRemove", "reaction"),
          Map.entry("poll", "poll/Q?"),
          Map.entry("pollV3", "poll/Q?"),
          Map.entry("pollUpdate", "poll_vote"),
          Map.entry("revoke", "revoke"),
          Map.entry("edit", "edit/edited"),
          Map.entry("editWrapped", "edit/edited"),
          Map.entry("ephemeralSetting", "ephemeral_setting"),
          Map.entry("keyShare", ""),
          Map.entry("keyRequest", ""),
          Map.entry("historyNotification", ""),
          Map.entry("peerDataRequest", ""),
          Map.entry("deviceSent", ""),
          Map.entry("skdm", ""),
          Map.entry("viewOnce", "image"),
          Map.entry("groupInvite", "group_invite"),
          Map.entry("pin", "pin"));

  static Stream<String> names() {
    return Golden.each(Golden.read("protobuf-messages.json").get("cases"))
        .map(it -> it.get("name").asText());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  @DisplayName("R32: golden messages are read for what they are")
  void golden(String name) throws InvalidProtocolBufferException {
    var hex =
        Golden.each(Golden.read("protobuf-messages.json").get("cases"))
            .filter(it -> it.get("name").asText().equals(name))
            .findFirst()
            .orElseThrow()
            .get("hex")
            .asText();

    assertThat(read(Message.parseFrom(HexFormat.of().parseHex(hex)))).isEqualTo(EXPECTED.get(name));
  }

  @Test
  @DisplayName("R32: text is found in replies to buttons, lists and templates")
  void replies() {
    assertThat(
            read(
                Message.newBuilder()
                    .setButtonsResponseMessage(
                        Message.ButtonsResponseMessage.newBuilder()
                            .setSelectedButtonId("1")
                            .setSelectedDisplayText("Yes"))
                    .build()))
        .isEqualTo("button_reply/Yes");
    assertThat(
            read(
                Message.newBuilder()
                    .setListResponseMessage(
                        Message.ListResponseMessage.newBuilder().setTitle("Monday"))
                    .build()))
        .isEqualTo("list_reply/Monday");
    assertThat(
            read(
                Message.newBuilder()
                    .setTemplateButtonReplyMessage(
                        Message.TemplateButtonReplyMessage.newBuilder()
                            .setSelectedDisplayText("Call me"))
                    .build()))
        .isEqualTo("template_reply/Call me");
    assertThat(
            read(
                Message.newBuilder()
                    .setInteractiveResponseMessage(
                        Message.InteractiveResponseMessage.newBuilder()
                            .setBody(
                                Message.InteractiveResponseMessage.Body.newBuilder()
                                    .setText("Done")))
                    .build()))
        .isEqualTo("interactive_reply/Done");
  }

  @Test
  @DisplayName("R32: text is found under every wrapper, also one in another")
  void wrappers() {
    var text = Message.newBuilder().setConversation("inside").build();
    var wrapper = Message.FutureProofMessage.newBuilder().setMessage(text);
    var caption =
        Message.newBuilder()
            .setVideoMessage(Message.VideoMessage.newBuilder().setCaption("inside"))
            .build();

    assertThat(read(Message.newBuilder().setEphemeralMessage(wrapper).build()))
        .isEqualTo("text/inside");
    assertThat(read(Message.newBuilder().setViewOnceMessageV2(wrapper).build()))
        .isEqualTo("text/inside");
    assertThat(read(Message.newBuilder().setGroupMentionedMessage(wrapper).build()))
        .isEqualTo("text/inside");
    assertThat(read(Message.newBuilder().setEditedMessage(wrapper).build()))
        .isEqualTo("edit/inside");
    var nested =
        Message.newBuilder()
            .setViewOnceMessage(Message.FutureProofMessage.newBuilder().setMessage(caption))
            .build();
    assertThat(
            read(
                Message.newBuilder()
                    .setEphemeralMessage(Message.FutureProofMessage.newBuilder().setMessage(nested))
                    .build()))
        .isEqualTo("video/inside");
  }

  @Test
  @DisplayName("Wrappers without end are unknown, not an endless loop")
  void deepWrappers() {
    var message = Message.newBuilder().setConversation("deep").build();
    for (int depth = 0; depth < 40; depth++) {
      message =
          Message.newBuilder()
              .setEphemeralMessage(Message.FutureProofMessage.newBuilder().setMessage(message))
              .build();
    }

    assertThat(read(message)).isEqualTo("unknown");
  }

  @Test
  @DisplayName(
      "A kind that isn't known yet is told as unknown; an unknown protocol type as nothing")
  void unknown() throws InvalidProtocolBufferException {
    var future =
        Message.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        5000,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("?"))
                            .build())
                    .build())
            .build();
    assertThat(read(future)).isEqualTo("unknown");
    // protocolMessage{type: 4711}
    assertThat(read(Message.parseFrom(HexFormat.of().parseHex("620310e724")))).isEmpty();
  }

  private static String read(Message message) {
    return Reading.of(message)
        .map(it -> it.type() + it.text().map(text -> "/" + text).orElse(""))
        .orElse("");
  }

  @Test
  @DisplayName("R25: a reading shows no text")
  void showsNoText() {
    assertThat(new Reading("text", Optional.of("secret")).toString()).doesNotContain("secret");
  }
}
