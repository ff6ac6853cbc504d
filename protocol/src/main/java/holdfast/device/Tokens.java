package holdfast.device;

import holdfast.stanza.Element;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import holdfast.step.Answer;
import holdfast.step.Context;
import holdfast.step.Effect;
import holdfast.step.Iq;
import holdfast.step.Query;
import holdfast.store.TrustedToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Trusted-contact tokens: an account that has given us one lets us write to it first; ours is
/// given in return (protocol page 05 § 3).
public final class Tokens {
  private static final Duration BUCKET = Duration.ofDays(7);

  /// A token serves in its own bucket and the three after.
  private static final int BUCKETS = 4;

  private Tokens() {}

  /// The `tctoken` element for a stanza to this account, when it has given us a token that serves.
  public static Optional<Element> element(Context context, Jid user) {
    var token = context.draft().trustedToken(Addresses.known(context.draft(), user));
    boolean serves =
        token.received().length > 0 && bucket(context.now()) - bucket(token.receivedAt()) < BUCKETS;
    return serves
        ? Optional.of(Element.of("tctoken").containing(token.received()))
        : Optional.empty();
  }

  /// Gives our token to an account that we write to, when it got none in this bucket.
  public static Optional<Effect> issue(Context context, Jid user) {
    var address = Addresses.known(context.draft(), user.bare());
    var token = context.draft().trustedToken(address);
    return bucket(token.issuedAt()) == bucket(context.now())
        ? Optional.empty()
        : reissue(context, address);
  }

  /// Gives our token to an account whatever it got before: a new phone knows nothing of the old.
  static Optional<Effect> reissue(Context context, Jid user) {
    var address = Addresses.known(context.draft(), user.bare());
    if (!address.isLid() || context.account().owns(address)) {
      return Optional.empty();
    }
    var element =
        Element.of("token")
            .with("jid", address)
            .with("t", context.now().getEpochSecond())
            .with("type", "trusted_contact");
    var iq = Iq.set("privacy", Element.of("tokens").containing(element));
    return Optional.of(new Effect.Ask(new Query.IssueToken(address), iq));
  }

  public static void answered(Context context, Query.IssueToken query, Answer answer) {
    if (answer instanceof Answer.Result) {
      var token = context.draft().trustedToken(query.to());
      context
          .draft()
          .trustedToken(
              query.to(), new TrustedToken(token.received(), token.receivedAt(), context.now()));
    }
  }

  /// A `privacy_token` notification: its sender trusts us.
  public static void notified(Context context, Stanza.Notification stanza) {
    var notification = stanza.element();
    var from = stanza.origin().from().bare();
    notification
        .jid("sender_lid")
        .filter(_ -> from.isPhone())
        .ifPresent(lid -> Addresses.learn(context, from, lid.bare()));
    var address = Addresses.known(context.draft(), from);
    for (var token : notification.requireChild("tokens").children("token")) {
      if (token.attribute("type").equals(Optional.of("trusted_contact"))) {
        var at = token.time("t").orElse(context.now());
        var known = context.draft().trustedToken(address);
        if (!at.isBefore(known.receivedAt())) {
          context
              .draft()
              .trustedToken(address, new TrustedToken(token.bytes(), at, known.issuedAt()));
        }
      }
    }
  }

  private static long bucket(Instant time) {
    return Math.floorDiv(time.getEpochSecond(), BUCKET.toSeconds());
  }
}
