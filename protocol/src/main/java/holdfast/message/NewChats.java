package holdfast.message;

import holdfast.device.Addresses;
import holdfast.stanza.Jid;
import holdfast.stanza.Stanza;
import holdfast.step.Context;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/// WhatsApp may forbid an account to begin new chats for a while, and tells until when (protocol
/// page 05 § 9, `mex`). First messages then get the refusal 463; chats that exist aren't concerned.
public final class NewChats {
  /// The `failure` of a row that waits for the end of the lock, and what a sender is told.
  public static final String LOCKED = "new_chats_locked";

  private static final String UPDATE = "NotificationUserReachoutTimelockUpdate";
  private static final Pattern ACTIVE = Pattern.compile("\"is_active\"\\s*:\\s*true");
  private static final Pattern ENDS =
      Pattern.compile("\"time_enforcement_ends\"\\s*:\\s*\"?(\\d{1,12})\\b");

  private NewChats() {}

  /// Until when new chats are locked, if they are now.
  public static Optional<Instant> locked(Context context) {
    return context.draft().newChatsLocked().filter(until -> until.isAfter(context.now()));
  }

  /// Whether a message to there would begin a chat: they haven't written, and we haven't either, as
  /// far as anything that we keep says. A group is no new chat.
  public static boolean isStranger(Context context, Jid chat) {
    var address = Addresses.known(context.draft(), chat.bare());
    if (address.isGroup() || context.account().owns(address)) {
      return false;
    }
    var token = context.draft().trustedToken(address);
    boolean trusts = token.received().length > 0 || token.issuedAt().isAfter(Instant.EPOCH);
    return !trusts
        && context.draft().devicesWithRatchet(address).stream()
            .noneMatch(device -> context.draft().ratchet(device).isAnswered());
  }

  /// A `mex` notification. Whether it was about the lock.
  static boolean notified(Context context, Stanza.Notification notification) {
    var update = notification.element().child("update");
    if (update.flatMap(it -> it.attribute("op_name")).filter(UPDATE::equals).isEmpty()) {
      return false;
    }
    var json = new String(update.get().bytes(), StandardCharsets.UTF_8);
    var ends = ENDS.matcher(json);
    context
        .draft()
        .newChatsLocked(
            ACTIVE.matcher(json).find() && ends.find()
                ? Optional.of(Instant.ofEpochSecond(Long.parseLong(ends.group(1))))
                : Optional.empty());
    return true;
  }
}
