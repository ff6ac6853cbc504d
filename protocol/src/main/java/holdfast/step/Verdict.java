package holdfast.step;

/// What became of an inbound message: decides which receipt, retry receipt or ack it gets.
public sealed interface Verdict {
  /// Taken, or taken before, or a thing for us alone: the sender is told that it arrived.
  record Delivered() implements Verdict {}

  /// From the own phone to this companion alone. `history`: it announced history.
  record Peer(boolean history) implements Verdict {}

  /// Can't be read; ask the sender to send it again. `reason`: [holdfast.signal.Ratchet.Reason]
  /// code. `attempt`: how often it couldn't, from 1, durable. `withKeys`: no ratchet exists, so the
  /// first retry already brings a bundle.
  record Undecryptable(int reason, int attempt, boolean withKeys) implements Verdict {}

  /// Decrypted, but its content can't be used: acked with this error so that it isn't repeated
  /// (protocol page 05 § 5).
  record Rejected(int error) implements Verdict {}

  /// Needs a plain ack only (newsletters, unavailable placeholders).
  record AckOnly() implements Verdict {}
}
