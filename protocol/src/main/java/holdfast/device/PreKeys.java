package holdfast.device;

import holdfast.crypto.KeyPair;
import holdfast.signal.PreKey;
import holdfast.signal.SignedPreKey;
import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import holdfast.step.Answer;
import holdfast.step.Context;
import holdfast.step.Effect;
import holdfast.step.Iq;
import holdfast.step.Query;
import holdfast.store.Credentials;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Our own prekeys: made, handed to the server, counted, renewed (protocol page 03 § 4.3).
///
/// A one-time prekey is durable before the server hears of it, and each id is used once: an upload
/// without an answer is never repeated under the same ids, since the server may have taken it.
public final class PreKeys {
  /// With fewer than this the server warns, and strangers' first messages soon do without.
  private static final int LOW = 5;

  private static final int REFILL = 50;
  private static final int MAX_ID = 0xFFFFFF;
  private static final Duration SIGNED_FOR = Duration.ofDays(30);
  private static final byte[] KEY_TYPE = {5};

  private PreKeys() {}

  /// Right after a login: asks how many prekeys the server has left, and renews the signed one when
  /// it is due.
  public static List<Effect> afterLogin(Context context) {
    var effects = new ArrayList<Effect>();
    effects.add(new Effect.Ask(new Query.PreKeyCount(), countQuery()));
    var current = credentials(context).signedPreKey();
    var book = context.draft().preKeyBook();
    if (book.signedId() == 0) {
      // Pairing gave it to the server.
      context.draft().preKeyBook(book.signedBy(current.id(), context.now()));
    } else if (book.signedId() != current.id()) {
      effects.add(offer(current));
    } else if (book.signedAt().plus(SIGNED_FOR).isBefore(context.now())) {
      effects.add(offer(renewed(context)));
    }
    return effects;
  }

  public static Element countQuery() {
    return Iq.get("encrypt", Element.of("count"));
  }

  /// What follows from the answer to one of this feature's queries. `firstUpload`: how many the
  /// first upload of a link brings.
  public static List<Effect> answered(
      Context context, Query query, Answer answer, int firstUpload) {
    return switch (query) {
      case Query.PreKeyCount _ when answer instanceof Answer.Result(Element iq) ->
          counted(context, iq.requireChild("count").number("value").orElse(0L), firstUpload);
      case Query.PreKeyUpload _ when answer instanceof Answer.Result -> {
        var book = context.draft().preKeyBook().uploaded();
        context
            .draft()
            .preKeyBook(book.signedBy(credentials(context).signedPreKey().id(), context.now()));
        yield List.of();
      }
      case Query.RotateSignedPreKey _ when answer instanceof Answer.Result -> {
        var book = context.draft().preKeyBook();
        context
            .draft()
            .preKeyBook(book.signedBy(credentials(context).signedPreKey().id(), context.now()));
        yield List.of();
      }
      // The server doesn't take the signed key alone: everything is given to it again.
      case Query.RotateSignedPreKey _ when answer instanceof Answer.Refused ->
          List.of(upload(context, REFILL));
      default -> List.of();
    };
  }

  /// An `encrypt` notification: the server's warning that prekeys run out, or the news that an
  /// account has another identity.
  public static List<Effect> notified(Context context, Stanza.Notification notification) {
    var from = notification.origin().from();
    var count = notification.element().child("count");
    if (count.isPresent() && from.equals(Jid.SERVER)) {
      return counted(context, count.get().number("value").orElse(0L), REFILL);
    }
    boolean primary = from.device() == 0 && !from.isServer();
    return notification.element().child("identity").isPresent() && primary
        ? anew(context, from, notification.element())
        : List.of();
  }

  private static List<Effect> anew(Context context, Jid from, Element notification) {
    notification
        .jid("lid")
        .filter(_ -> from.isPhone())
        .ifPresent(lid -> Addresses.learn(context, from, lid.bare()));
    Ratchets.reset(context, from);
    return Tokens.reissue(context, from).stream().toList();
  }

  private static List<Effect> counted(Context context, long count, int firstUpload) {
    if (count >= LOW) {
      return List.of();
    }
    boolean first = !context.draft().preKeyBook().uploadedOnce();
    return List.of(upload(context, first ? firstUpload : REFILL));
  }

  private static Effect upload(Context context, int count) {
    var keys = new ArrayList<Element>(count);
    int last = 0;
    for (int index = 0; index < count; index++) {
      var key = fresh(context);
      keys.add(element(key));
      last = key.id();
    }
    var credentials = credentials(context);
    var iq =
        Iq.set(
            "encrypt",
            Element.of("registration").containing(bigEndian(credentials.registrationId(), 4)),
            Element.of("type").containing(KEY_TYPE),
            Element.of("identity").containing(credentials.identityKey().publicKey()),
            Element.of("list").containing(keys),
            element(credentials.signedPreKey()));
    return new Effect.Ask(new Query.PreKeyUpload(last), iq);
  }

  /// A one-time prekey that nobody has seen yet, written to the draft.
  public static PreKey fresh(Context context) {
    var draft = context.draft();
    var book = draft.preKeyBook();
    var key = new PreKey(book.nextId(), KeyPair.generate(context.random()));
    draft.preKey(key);
    draft.preKeyBook(book.withNextId(key.id() == MAX_ID ? 1 : key.id() + 1));
    return key;
  }

  private static SignedPreKey renewed(Context context) {
    var credentials = credentials(context);
    int id = credentials.signedPreKey().id();
    var next =
        SignedPreKey.generate(
            id == MAX_ID ? 1 : id + 1, credentials.identityKey(), context.random());
    context.draft().credentials(credentials.rotated(next));
    return next;
  }

  private static Effect offer(SignedPreKey key) {
    var iq = Iq.set("encrypt", Element.of("rotate").containing(element(key)));
    return new Effect.Ask(new Query.RotateSignedPreKey(), iq);
  }

  /// What a retry receipt carries so that its reader can begin a new ratchet at once.
  public static Element bundle(Context context) {
    var credentials = credentials(context);
    var parts = new ArrayList<Element>();
    parts.add(Element.of("type").containing(KEY_TYPE));
    parts.add(Element.of("identity").containing(credentials.identityKey().publicKey()));
    parts.add(element(fresh(context)));
    parts.add(element(credentials.signedPreKey()));
    credentials
        .deviceIdentity()
        .ifPresent(identity -> parts.add(Element.of("device-identity").containing(identity)));
    return Element.of("keys").containing(parts);
  }

  public static Element registration(Context context) {
    return Element.of("registration")
        .containing(bigEndian(credentials(context).registrationId(), 4));
  }

  private static Element element(PreKey key) {
    return Element.of("key")
        .containing(
            Element.of("id").containing(bigEndian(key.id(), 3)),
            Element.of("value").containing(key.pair().publicKey()));
  }

  private static Element element(SignedPreKey key) {
    return Element.of("skey")
        .containing(
            Element.of("id").containing(bigEndian(key.id(), 3)),
            Element.of("value").containing(key.pair().publicKey()),
            Element.of("signature").containing(key.signature()));
  }

  private static byte[] bigEndian(int number, int length) {
    var all = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    return Arrays.copyOfRange(all, Integer.BYTES - length, Integer.BYTES);
  }

  /// As they are after what this batch has changed.
  private static Credentials credentials(Context context) {
    return context.draft().credentials().orElse(context.credentials());
  }
}
