package holdfast.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import holdfast.Golden;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeviceListsTest {
  private static final Jid PHONE = Jid.phone("15550100002");
  private static final Jid LID = Jid.lid("200000000000002");

  private final Bench bench = new Bench();

  static Stream<JsonNode> golden() {
    return Golden.each(Golden.read("phash.json").get("cases"));
  }

  @ParameterizedTest
  @MethodSource("golden")
  @DisplayName("The hash over devices is WhatsApp's")
  void phash(JsonNode vector) {
    var devices = Golden.each(vector.get("devices")).map(it -> Jid.parse(it.asText())).toList();

    assertThat(DeviceLists.phash(devices)).isEqualTo(vector.get("canonicalV2").asText());
    assertThat(DeviceLists.phash(devices.reversed())).isEqualTo(vector.get("canonicalV2").asText());
  }

  @Test
  @DisplayName("A number is asked for by contact, an account with a LID by its LID")
  void query() {
    bench.draft.mapping(Jid.phone("15550100009"), Jid.lid("9"));
    var usync =
        DeviceLists.query(bench.context(), List.of(PHONE, Jid.phone("15550100009")))
            .requireChild("usync");

    var users = usync.requireChild("list").children();
    assertThat(users.getFirst().requireChild("contact").text()).isEqualTo("+15550100002");
    assertThat(users.getFirst().attribute("jid")).isEmpty();
    assertThat(users.getLast().jid("jid")).contains(Jid.lid("9"));
    assertThat(usync.requireChild("query").children().stream().map(Element::tag))
        .containsExactly("contact", "devices", "lid");
  }

  @Test
  @DisplayName("An answer by phone number teaches LID and devices")
  void answerByPhone() {
    var absent =
        DeviceLists.take(
            bench.context(),
            answer(
                Element.of("user")
                    .with("jid", PHONE)
                    .containing(
                        Element.of("contact").with("type", "in").containing("+15550100002"),
                        Element.of("lid").with("val", LID),
                        devices(0, 7))));

    assertThat(absent).isEmpty();
    assertThat(Addresses.known(bench.draft, PHONE.withDevice(7))).isEqualTo(LID.withDevice(7));
    assertThat(DeviceLists.devices(bench.draft, LID).orElseThrow())
        .containsExactly(LID, LID.withDevice(7));
  }

  @Test
  @DisplayName("An answer by LID with the phone number beside it says the same")
  void answerByLid() {
    DeviceLists.take(
        bench.context(),
        answer(
            Element.of("user").with("jid", LID).with("pn_jid", PHONE).containing(devices(0, 7))));

    assertThat(Addresses.phoneForm(bench.draft, LID)).contains(PHONE);
    assertThat(DeviceLists.devices(bench.draft, PHONE).orElseThrow())
        .containsExactly(PHONE, PHONE.withDevice(7));
  }

  @Test
  @DisplayName("A number that is dialled in another way leads to the account and never back")
  void dialledOtherwise() {
    var dialled = Jid.phone("5511987654321");
    var written = Jid.phone("551187654321");
    DeviceLists.take(
        bench.context(),
        answer(
            Element.of("user")
                .with("jid", written)
                .containing(
                    Element.of("contact").with("type", "in").containing("+5511987654321"),
                    Element.of("lid").with("val", LID),
                    devices(0))));

    assertThat(Addresses.known(bench.draft, dialled)).isEqualTo(LID);
    assertThat(Addresses.phoneForm(bench.draft, LID)).contains(written);
  }

  @Test
  @DisplayName("Who isn't on WhatsApp is named, as asked for")
  void absent() {
    assertThat(
            DeviceLists.take(
                bench.context(),
                answer(
                    Element.of("user")
                        .with("jid", PHONE)
                        .containing(
                            Element.of("contact").with("type", "out").containing("+15550100002")))))
        .contains(PHONE);
  }

  @Test
  @DisplayName("A hosted device lives on a server of its own")
  void hosted() {
    DeviceLists.take(
        bench.context(), answer(Element.of("user").with("jid", LID).containing(devices(0, 99))));

    assertThat(DeviceLists.devices(bench.draft, LID).orElseThrow())
        .containsExactly(LID, new Jid(LID.user(), Jid.HOSTED_LID_SERVER, 99, 0));
  }

  @Test
  @DisplayName("A change whose hash fits is taken; one whose hash differs costs the list")
  void changes() {
    bench.draft.mapping(PHONE, LID);
    DeviceLists.take(
        bench.context(), answer(Element.of("user").with("jid", LID).containing(devices(0, 7))));
    DeviceLists.notified(
        bench.context(),
        change("add", 9, DeviceLists.phash(List.of(LID, LID.withDevice(7), LID.withDevice(9)))));
    assertThat(DeviceLists.devices(bench.draft, LID).orElseThrow()).hasSize(3);

    DeviceLists.notified(
        bench.context(), change("remove", 7, DeviceLists.phash(List.of(LID, LID.withDevice(9)))));
    assertThat(DeviceLists.devices(bench.draft, LID).orElseThrow())
        .containsExactly(LID, LID.withDevice(9));

    DeviceLists.notified(bench.context(), change("add", 11, "2:other"));
    assertThat(DeviceLists.devices(bench.draft, LID)).isEmpty();
  }

  private static Stanza.Notification change(String tag, int device, String hash) {
    return (Stanza.Notification)
        Stanza.of(
            Element.of("notification")
                .with("id", "1")
                .with("type", "devices")
                .with("from", PHONE)
                .containing(
                    Element.of(tag)
                        .with("device_lid_hash", hash)
                        .containing(Element.of("device").with("jid", PHONE.withDevice(device)))));
  }

  private static Element devices(int... numbers) {
    return Element.of("devices")
        .containing(
            Element.of("device-list")
                .containing(
                    java.util.Arrays.stream(numbers)
                        .mapToObj(number -> Element.of("device").with("id", number))
                        .toList()));
  }

  private static Element answer(Element user) {
    return Element.of("iq")
        .containing(Element.of("usync").containing(Element.of("list").containing(user)));
  }
}
