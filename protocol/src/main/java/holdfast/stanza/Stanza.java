package holdfast.stanza;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A top-level element with its meaning typed, as a companion receives it. Source: protocol pages
/// 03 and 05.
///
/// What a kind needs is read when it is made; what only some readers want stays in the element.
public sealed interface Stanza {
  Element element();

  /// @throws MalformedStanza when a stanza lacks what its meaning needs
  static Stanza of(Element element) {
    return switch (element.tag()) {
      case "message", "appdata", "status" -> Message.of(element);
      case "receipt" -> Receipt.of(element);
      case "ack" -> Ack.of(element);
      case "iq" -> Iq.of(element);
      case "notification" -> Notification.of(element);
      case "presence" -> Presence.of(element);
      case "chatstate" -> ChatState.of(element);
      case "ib" -> InfoBag.of(element);
      case "success" -> Success.of(element);
      case "failure" -> Failure.of(element);
      case "stream:error" -> StreamError.of(element);
      case "xmlstreamend" -> new StreamEnd(element);
      default -> new Other(element);
    };
  }

  /// Also under the tags `appdata` and `status`; its ack's class is the tag.
  ///
  /// `encs` are in the order in which they are to be opened: a sender key travels beside what it
  /// opens, in either order, so group ciphertexts come last.
  record Message(String id, Origin origin, Instant at, List<Enc> encs, Element element)
      implements Stanza {
    /// Its sender chooses the id, and stores look messages up by it: PostgreSQL's index takes
    /// keys below 2.7 kB, and its texts no NUL, so that two ids could become one key. WhatsApp's
    /// own have at most 32 signs, all of them printable.
    private static final int LONGEST_ID = 255;

    static Message of(Element element) {
      var origin = Origin.of(element);
      if (origin.from().isGroup() || origin.from().isBroadcast()) {
        element.requireJid("participant");
      }
      var encs = new ArrayList<Enc>(1);
      for (var child : element.children()) {
        if (child.is("enc")) {
          encs.add(Enc.of(child));
        }
      }
      encs.sort(Comparator.comparing(enc -> enc.type().equals(Enc.GROUP)));
      return new Message(id(element), origin, requireTime(element), List.copyOf(encs), element);
    }

    private static String id(Element element) {
      var id = element.require("id");
      if (id.length() > LONGEST_ID) {
        throw element.malformed("has an id of " + id.length() + " signs");
      }
      if (id.chars().anyMatch(Character::isISOControl)) {
        throw element.malformed("has an id with a control character");
      }
      return id;
    }

    /// text, media, poll, reaction, event …
    public Optional<String> type() {
      return element.attribute("type");
    }

    public Optional<String> category() {
      return element.attribute("category");
    }

    /// From the own phone to its companions, no message of a chat.
    public boolean isPeer() {
      return category().filter("peer"::equals).isPresent();
    }

    public Optional<String> pushName() {
      return element.attribute("notify");
    }

    /// Kept by the server while we were away.
    public boolean isOffline() {
      return element.attribute("offline").isPresent();
    }

    /// 1 edit, 2 pin, 3 admin edit, 7 revoke, 8 admin revoke.
    public Optional<String> edit() {
      return element.attribute("edit");
    }

    /// A newsletter's message, which isn't encrypted.
    public Optional<byte[]> plaintext() {
      return element.child("plaintext").map(Element::bytes);
    }

    /// A serialized ADVSignedDeviceIdentity, beside a first message.
    public Optional<byte[]> deviceIdentity() {
      return element.child("device-identity").map(Element::bytes);
    }

    /// Why the content is only on the phone, when it is; empty text when no reason is given.
    public Optional<String> unavailable() {
      return element
          .child("unavailable")
          .map(unavailable -> unavailable.attribute("type").orElse(""));
    }
  }

  /// One ciphertext. `count` is 0 for a first delivery, else which repetition it is.
  record Enc(String type, int version, int count, Optional<String> mediaType, byte[] bytes) {
    public static final String FIRST = "pkmsg";
    public static final String FURTHER = "msg";
    public static final String GROUP = "skmsg";
    public static final String BOT = "msmsg";

    private static final int USUAL_VERSION = 2;

    static Enc of(Element element) {
      return new Enc(
          element.require("type"),
          lenient(element, "v").orElse(USUAL_VERSION),
          lenient(element, "count").orElse(0),
          element.attribute("mediatype"),
          element.bytes());
    }
  }

  /// `ids` are the messages it is about; `id` is its own, which the ack repeats. `readers` say more
  /// exactly who, where a group's receipts come in one: then the origin's participant is empty.
  record Receipt(String id, List<String> ids, Origin origin, List<Reader> readers, Element element)
      implements Stanza {
    /// One user's receipt for one message.
    public record Reader(String messageId, Jid user, Optional<Instant> at) {}

    static Receipt of(Element element) {
      var id = element.require("id");
      var readers = new ArrayList<Reader>();
      var grouped = element.children("participants");
      for (var message : grouped) {
        var messageId = message.attribute("key").orElse(id);
        for (var user : message.children("user")) {
          readers.add(new Reader(messageId, user.requireJid("jid"), user.time("t")));
        }
      }
      var listed =
          element.children("list").stream()
              .flatMap(list -> list.children("item").stream())
              .map(item -> item.require("id"));
      var ids =
          grouped.isEmpty()
              ? Stream.concat(Stream.of(id), listed)
              : grouped.stream().map(message -> message.attribute("key").orElse(id));
      return new Receipt(
          id, ids.distinct().toList(), Origin.of(element), List.copyOf(readers), element);
    }

    /// Empty for a delivery; else read, read-self, played, sender, inactive, retry, server-error …
    public Optional<String> type() {
      return element.attribute("type");
    }

    public Optional<Instant> at() {
      return element.time("t");
    }

    public boolean isOffline() {
      return element.attribute("offline").isPresent();
    }
  }

  /// The server has taken what we sent, or has refused it (`error`).
  record Ack(
      String id, String about, Optional<Instant> at, Optional<Integer> error, Element element)
      implements Stanza {
    private static final int UNKNOWN = 500;

    static Ack of(Element element) {
      return new Ack(
          element.require("id"),
          element.require("class"),
          element.time("t"),
          error(element),
          element);
    }

    public Optional<Jid> from() {
      return element.jid("from");
    }

    /// A code that can't be read is still a refusal.
    private static Optional<Integer> error(Element element) {
      boolean refused = element.attribute("error").isPresent();
      return refused ? lenient(element, "error").or(() -> Optional.of(UNKNOWN)) : Optional.empty();
    }

    /// What the server takes for the hash of the devices, when ours differs.
    public Optional<String> phash() {
      return element.attribute("phash");
    }
  }

  record Iq(String id, Type type, Optional<Jid> from, Element element) implements Stanza {
    public enum Type {
      GET,
      SET,
      RESULT,
      ERROR
    }

    /// Why the server refuses: page 03 § 6.
    public record Refusal(int code, String text, Optional<Duration> backOff) {}

    private static final int INTERNAL = 500;

    static Iq of(Element element) {
      return new Iq(element.require("id"), type(element), element.jid("from"), element);
    }

    private static Type type(Element element) {
      return switch (element.require("type")) {
        case "get" -> Type.GET;
        case "set" -> Type.SET;
        case "result" -> Type.RESULT;
        case "error" -> Type.ERROR;
        default -> throw element.malformed("is of an unknown type");
      };
    }

    public Optional<String> xmlns() {
      return element.attribute("xmlns");
    }

    /// Present when the type is ERROR; 500 where the server gives no code.
    public Optional<Refusal> refusal() {
      if (type != Type.ERROR) {
        return Optional.empty();
      }
      var error = element.child("error").orElse(Element.of("error"));
      return Optional.of(
          new Refusal(
              lenient(error, "code").orElse(INTERNAL),
              error.attribute("text").orElse(""),
              lenient(error, "backoff").map(Duration::ofSeconds)));
    }
  }

  record Notification(String id, String type, Origin origin, Optional<Instant> at, Element element)
      implements Stanza {
    static Notification of(Element element) {
      return new Notification(
          element.require("id"),
          element.require("type"),
          Origin.of(element),
          element.time("t"),
          element);
    }

    public boolean isOffline() {
      return element.attribute("offline").isPresent();
    }
  }

  /// `lastSeen` is empty also when the user doesn't show it.
  record Presence(Jid from, boolean available, Optional<Instant> lastSeen, Element element)
      implements Stanza {
    static Presence of(Element element) {
      boolean available = !element.attribute("type").orElse("available").equals("unavailable");
      boolean shown = element.attribute("last").filter(text -> isNumber(text, 10)).isPresent();
      var lastSeen = shown ? element.time("last") : Optional.<Instant>empty();
      return new Presence(element.requireJid("from"), available, lastSeen, element);
    }

    /// How many members of a group are online.
    public Optional<Integer> online() {
      return lenient(element, "count");
    }
  }

  record ChatState(Origin origin, Activity activity, Element element) implements Stanza {
    public enum Activity {
      TYPING,
      RECORDING,
      PAUSED
    }

    static ChatState of(Element element) {
      return new ChatState(Origin.of(element), activity(element), element);
    }

    private static Activity activity(Element element) {
      var child = element.firstChild().orElseThrow(() -> element.malformed("is without a state"));
      return switch (child.tag()) {
        case "composing" ->
            child.attribute("media").filter("audio"::equals).isPresent()
                ? Activity.RECORDING
                : Activity.TYPING;
        case "paused" -> Activity.PAUSED;
        default -> throw element.malformed("is of an unknown state");
      };
    }
  }

  /// One piece of news from the server: the `child` says which.
  record InfoBag(Element child, Element element) implements Stanza {
    static InfoBag of(Element element) {
      return new InfoBag(
          element.firstChild().orElseThrow(() -> element.malformed("is without a child")), element);
    }
  }

  /// The login is accepted; `at` is the server's clock.
  record Success(Instant at, Jid lid, Element element) implements Stanza {
    static Success of(Element element) {
      return new Success(requireTime(element), element.requireJid("lid"), element);
    }

    public Optional<String> displayName() {
      return element.attribute("display_name");
    }
  }

  /// The login is refused. Never malformed: whatever it lacks, it is the end of the connection.
  record Failure(int code, Element element) implements Stanza {
    private static final int UNKNOWN = 500;

    static Failure of(Element element) {
      return new Failure(lenient(element, "reason").orElse(UNKNOWN), element);
    }

    /// Why an account is banned for a time (101 … 106).
    public Optional<Integer> banCode() {
      return lenient(element, "code");
    }

    /// How long such a ban lasts.
    public Optional<Duration> expiresIn() {
      return lenient(element, "expire").map(Duration::ofSeconds);
    }

    public Optional<String> message() {
      return element.attribute("message");
    }

    public Optional<String> location() {
      return element.attribute("location");
    }
  }

  /// The stream ends with a reason. Never malformed, as a failure. `conflict` is empty text when
  /// the kind of conflict isn't named.
  record StreamError(Optional<Integer> code, Optional<String> conflict, Element element)
      implements Stanza {
    static StreamError of(Element element) {
      return new StreamError(
          lenient(element, "code"),
          element.child("conflict").map(child -> child.attribute("type").orElse("")),
          element);
    }
  }

  /// The stream ends in order.
  record StreamEnd(Element element) implements Stanza {}

  record Other(Element element) implements Stanza {}

  private static Instant requireTime(Element element) {
    return element.time("t").orElseThrow(() -> element.malformed("lacks t"));
  }

  /// A number of at most nine digits; what isn't one is as good as none.
  private static Optional<Integer> lenient(Element element, String name) {
    return element.attribute(name).filter(text -> isNumber(text, 9)).map(Integer::valueOf);
  }

  private static boolean isNumber(String text, int maxDigits) {
    return !text.isEmpty()
        && text.length() <= maxDigits
        && text.chars().allMatch(sign -> sign >= '0' && sign <= '9');
  }
}
