package holdfast.stanza;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/// Random elements that use all of the wire's forms.
final class Stanzas {
  private static final List<String> SERVERS =
      List.of(
          Jid.PHONE_SERVER,
          Jid.LID_SERVER,
          Jid.HOSTED_SERVER,
          Jid.HOSTED_LID_SERVER,
          Jid.GROUP_SERVER,
          Jid.BROADCAST_SERVER,
          Jid.NEWSLETTER_SERVER,
          Jid.BOT_SERVER,
          Jid.MESSENGER_SERVER,
          Jid.INTEROP_SERVER,
          "call",
          "example.org");

  private static final List<String> ALPHABETS =
      List.of("0123456789", "0123456789-.", "0123456789ABCDEF", "abcxyz_ ", "äß✓😀@:");

  private Stanzas() {}

  static Element random(RandomGenerator random) {
    return element(random, 4);
  }

  private static Element element(RandomGenerator random, int depth) {
    var element = Element.of("x" + text(random, 20));
    for (int count = random.nextInt(6); count > 0; count--) {
      var name = "k" + text(random, 8);
      element =
          random.nextInt(3) == 0
              ? element.with(name, jid(random))
              : element.with(name, text(random, 140));
    }
    return switch (random.nextInt(4)) {
      case 0 -> element;
      case 1 -> element.containing(bytes(random));
      case 2 ->
          new Element(
              element.tag(), element.attributes(), new Element.Content.Text(packable(random)));
      default ->
          depth == 0
              ? element
              : element.containing(
                  IntStream.range(0, random.nextInt(8))
                      .mapToObj(_ -> element(random, depth - 1))
                      .toList());
    };
  }

  static Jid jid(RandomGenerator random) {
    var server = SERVERS.get(random.nextInt(SERVERS.size()));
    var user = Long.toString(random.nextLong(1, 1L << 50));
    int device = random.nextBoolean() ? random.nextInt(256) : 0;
    return switch (server) {
      case Jid.INTEROP_SERVER -> new Jid(user, server, device, random.nextInt(65_536));
      case Jid.MESSENGER_SERVER -> new Jid(user, server, 200 * device, 0);
      case Jid.PHONE_SERVER, Jid.LID_SERVER, Jid.HOSTED_SERVER, Jid.HOSTED_LID_SERVER ->
          new Jid(user, server, device, 0);
      default -> Jid.of(random.nextInt(4) == 0 ? "" : user, server);
    };
  }

  private static byte[] bytes(RandomGenerator random) {
    var bytes = new byte[random.nextInt(random.nextInt(5) == 0 ? 5000 : 300)];
    random.nextBytes(bytes);
    return bytes;
  }

  /// Text content that isn't read as bytes again: words of the dictionary and packed strings.
  private static String packable(RandomGenerator random) {
    return random.nextBoolean()
        ? Tokens.word(1 + random.nextInt(1259))
        : Long.toString(random.nextLong(1L << 40));
  }

  static String text(RandomGenerator random, int maxLength) {
    if (random.nextInt(3) == 0) {
      return Tokens.word(1 + random.nextInt(1259));
    }
    var signs = ALPHABETS.get(random.nextInt(ALPHABETS.size())).codePoints().toArray();
    var text = new StringBuilder();
    for (int length = random.nextInt(maxLength); length > 0; length--) {
      text.appendCodePoint(signs[random.nextInt(signs.length)]);
    }
    return new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
