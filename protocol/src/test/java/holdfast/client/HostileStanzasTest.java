package holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What strangers may bring about: stanzas of every kind whose values are as odd as they can be.
/// None may end the connection, since it would come again at the next login, for ever.
class HostileStanzasTest {
  private static final int STANZAS = 200;

  private static final List<String> ODD =
      List.of(
          "",
          "0",
          "-1",
          "1",
          "255",
          "4294967296",
          "99999999999",
          "9223372036854775807",
          "-9223372036854775808",
          "99999999999999999999",
          "x",
          "\u0000",
          "1\n12:00:00 tenant=other logged out",
          "15550100002@s.whatsapp.net",
          "15550100002:99@s.whatsapp.net",
          "210000000000009@lid",
          "120363040000000001@g.us",
          "status@broadcast",
          "1@newsletter",
          "@lid",
          "@@",
          "a".repeat(3_000));

  private static final List<String> TYPES =
      List.of(
          "text",
          "media",
          "retry",
          "read",
          "delivery",
          "played",
          "peer_msg",
          "hist_sync",
          "sender",
          "server-error",
          "inactive",
          "result",
          "error",
          "get",
          "set",
          "encrypt",
          "devices",
          "account_sync",
          "privacy_token",
          "w:gp2",
          "picture",
          "business",
          "mex",
          "mediaretry",
          "server_sync",
          "link_code_companion_reg",
          "status",
          "newsletter",
          "registration",
          "pkmsg",
          "msg",
          "skmsg",
          "msmsg",
          "view_once",
          "trusted_contact",
          "replaced",
          "add",
          "remove",
          "identity");

  private static final List<String> NAMES =
      List.of(
          "id",
          "from",
          "to",
          "participant",
          "recipient",
          "type",
          "t",
          "count",
          "v",
          "offline",
          "notify",
          "sender_lid",
          "sender_pn",
          "participant_lid",
          "participant_pn",
          "recipient_lid",
          "peer_recipient_lid",
          "category",
          "edit",
          "error",
          "class",
          "jid",
          "device_hash",
          "lid",
          "key-index",
          "phash",
          "addressing_mode",
          "op_name",
          "name",
          "value",
          "verified_name",
          "mediatype",
          "decrypt-fail");

  private static final List<String> CHILDREN =
      List.of(
          "enc",
          "participants",
          "to",
          "unavailable",
          "retry",
          "registration",
          "keys",
          "identity",
          "key",
          "skey",
          "id",
          "value",
          "signature",
          "type",
          "device-identity",
          "list",
          "item",
          "user",
          "count",
          "add",
          "remove",
          "update",
          "create",
          "group",
          "participant",
          "device",
          "devices",
          "key-index-list",
          "tokens",
          "token",
          "dirty",
          "edge_routing",
          "routing_info",
          "plaintext",
          "meta",
          "bot",
          "offer",
          "offline",
          "error",
          "collection",
          "privacy",
          "disappearing_mode",
          "link_code_companion_reg",
          "hash",
          "digest",
          "reporting");

  /// Notifications as they are, each under its type for a tag.
  private static final List<Element> NOTIFICATIONS =
      List.of(
          Element.of("privacy_token")
              .containing(
                  Element.of("tokens")
                      .containing(
                          Element.of("token").with("type", "trusted_contact").with("t", 1L))),
          Element.of("encrypt").containing(Element.of("count").with("value", 3L)),
          Element.of("encrypt").containing(Element.of("identity")),
          Element.of("devices")
              .containing(
                  Element.of("add")
                      .with("device_hash", "2:abc")
                      .containing(
                          Element.of("device")
                              .with("jid", Jid.phone("15550100002").withDevice(3))
                              .with("key-index", 3L),
                          Element.of("key-index-list").with("ts", 1L))),
          Element.of("account_sync")
              .containing(
                  Element.of("devices")
                      .with("dhash", "2:abc")
                      .containing(Element.of("device").with("jid", Jid.phone("15550100001")))),
          Element.of("w:gp2")
              .containing(
                  Element.of("add")
                      .containing(Element.of("participant").with("jid", Jid.phone("15550100002")))),
          Element.of("w:gp2")
              .containing(
                  Element.of("create")
                      .containing(
                          Element.of("group")
                              .with("id", "120363040000000001")
                              .with("creation", "1")
                              .containing(Element.of("participant").with("jid", Jid.lid("27"))))),
          Element.of("mex")
              .containing(
                  Element.of("update").with("op_name", "NotificationUserReachoutTimelockUpdate")),
          Element.of("server_sync")
              .containing(Element.of("collection").with("name", "regular").with("version", 1L)));

  private final LoopWorld world = new LoopWorld(true);

  static LongStream seeds() {
    return LongStream.range(0, 50);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @DisplayName("R4, R38: nothing that a stranger can say ends a connection or forges a line")
  void takesAll(long seed) {
    var random = new Random(seed);
    var lines = new ArrayList<String>();
    world.loop.hear(lines::add);
    var socket = world.connect();
    for (int count = 0; count < STANZAS; count++) {
      var stanza = stanza(random);
      socket.say(stanza);
      world.settle();
      assertThat(socket.gone).as("seed %d, after %s", seed, stanza).isFalse();
    }
    assertThat(world.sockets).hasSize(1);
    assertThat(world.loop.status().connected()).isTrue();
    assertThat(lines)
        .isNotEmpty()
        .noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
  }

  private static Element stanza(Random random) {
    var tag = one(random, List.of("message", "receipt", "notification", "ack", "call", "presence"));
    var stanza =
        Element.of(tag)
            .with("id", "id" + random.nextInt(20))
            .with("from", one(random, List.of(Jid.phone("15550100002"), Jid.lid("27"), Jid.SERVER)))
            .with("type", one(random, TYPES))
            .with("t", 1_767_268_800L);
    var children = new ArrayList<Element>();
    if (tag.equals("message") && random.nextInt(4) > 0) {
      children.add(enc(random));
    }
    if (tag.equals("receipt") && random.nextBoolean()) {
      children.add(retry(random));
    }
    if (tag.equals("notification") && random.nextBoolean()) {
      var known = one(random, NOTIFICATIONS);
      return shaken(random, stanza.with("type", known.tag()).containing(known.children()));
    }
    int more = random.nextInt(3);
    for (int i = 0; i < more; i++) {
      children.add(child(random, 0));
    }
    return odd(random, stanza).containing(children);
  }

  /// With something odd at any depth.
  private static Element shaken(Random random, Element element) {
    var shaken = random.nextBoolean() ? odd(random, element) : element;
    for (var name : List.of("t", "value", "count", "jid", "key-index", "participant")) {
      if (element.attribute(name).isPresent() && random.nextInt(3) == 0) {
        shaken = shaken.with(name, one(random, ODD));
      }
    }
    return element.children().isEmpty()
        ? shaken.containing(bytes(random))
        : shaken.containing(
            element.children().stream().map(child -> shaken(random, child)).toList());
  }

  /// Up to three attributes set to something that nobody expects, or taken away.
  private static Element odd(Random random, Element element) {
    var result = element;
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      var name = one(random, NAMES);
      result =
          random.nextInt(8) == 0
              ? result.without(name)
              : result.with(name, random.nextInt(3) == 0 ? one(random, TYPES) : one(random, ODD));
    }
    return result;
  }

  private static Element child(Random random, int depth) {
    var element = odd(random, Element.of(one(random, CHILDREN)).with("type", one(random, TYPES)));
    if (depth < 3 && random.nextInt(3) > 0) {
      var children = new ArrayList<Element>();
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        children.add(child(random, depth + 1));
      }
      return element.containing(children);
    }
    return element.containing(bytes(random));
  }

  private static byte[] bytes(Random random) {
    var lengths = List.of(0, 1, 2, 3, 4, 5, 31, 32, 33, 64, 100);
    var bytes = new byte[one(random, lengths)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static Element retry(Random random) {
    return odd(
        random,
        Element.of("retry")
            .with("id", "id" + random.nextInt(20))
            .with("count", one(random, ODD))
            .with("v", 1)
            .with("t", one(random, ODD)));
  }

  private static Element enc(Random random) {
    var type = one(random, List.of("pkmsg", "pkmsg", "msg", "skmsg"));
    var element = Element.of("enc").with("v", 2).with("type", type);
    return odd(random, element).containing(type.equals("pkmsg") ? first(random) : bytes(random));
  }

  /// A first message of the right form, under ids that its writer chooses: nothing of it is proven
  /// before it is looked at.
  private static byte[] first(Random random) {
    var whisper = new ByteArrayOutputStream();
    whisper.write(0x33);
    field(whisper, 1, key(random));
    field(whisper, 2, id(random));
    field(whisper, 3, id(random));
    field(whisper, 4, bytes(random));
    whisper.writeBytes(new byte[8]);
    var message = new ByteArrayOutputStream();
    message.write(0x33);
    field(message, 1, id(random));
    field(message, 2, key(random));
    field(message, 3, key(random));
    field(message, 4, whisper.toByteArray());
    field(message, 5, id(random));
    field(message, 6, random.nextBoolean() ? 1 : id(random));
    return message.toByteArray();
  }

  private static byte[] key(Random random) {
    var key = new byte[33];
    random.nextBytes(key);
    key[0] = 5;
    return key;
  }

  private static long id(Random random) {
    return one(
        random,
        List.of(0L, 1L, 812L, 0xFFFFFFL, 0x1000000L, 100_000_000L, 0x7FFFFFFFL, 0xFFFFFFFFL));
  }

  private static void field(ByteArrayOutputStream out, int number, long value) {
    out.write(number << 3);
    varint(out, value);
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] value) {
    out.write((number << 3) | 2);
    varint(out, value.length);
    out.writeBytes(value);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while (rest > 0x7F) {
      out.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  private static <T> T one(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
