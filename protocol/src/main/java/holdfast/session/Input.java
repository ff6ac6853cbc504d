package holdfast.session;

import holdfast.message.SendRequest;
import holdfast.stanza.Element;
import java.util.List;
import java.util.Optional;

/// Whatever happens to a session.
///
/// What a connection says carries the connection's generation: the core drops what an older one
/// says.
public sealed interface Input {
  /// How long a caller of start wants to wait.
  enum Wait {
    /// Until the start is under way.
    NONE,
    /// Until a QR or a pairing code can be shown, or until it is connected.
    QR,
    /// Until it is connected.
    CONNECTED
  }

  record Start(Caller caller, Wait until, boolean forceRelink) implements Input {}

  record Stop(Caller caller) implements Input {}

  /// Ends the link: the phone is told, the credentials are deleted.
  record LogOut(Caller caller) implements Input {}

  /// A pairing code for the account with this phone number (digits only); on a stopped session it
  /// is a start.
  record RequestCode(Caller caller, String phone) implements Input {}

  record Send(Caller caller, SendRequest request) implements Input {}

  /// Many at once, taken in their order and in one commit.
  record SendAll(Caller caller, List<SendRequest> requests) implements Input {}

  /// Takes a message back that hasn't gone yet. `id`: ours, or WhatsApp's.
  record Cancel(Caller caller, String id) implements Input {}

  /// The caller's own patience is over (its HTTP request has timed out): it is answered with how
  /// things stand.
  record GiveUpWaiting(Caller caller) implements Input {}

  /// The process has begun, or has taken this session over: go on as wanted (R21).
  record Restore() implements Input {}

  /// Another session of this process got through: whoever waits because no server answered needn't
  /// (R15).
  record NetworkBack() implements Input {}

  /// The process ends in an orderly way: close the connection; what is wanted stays wanted.
  record ShutDown(Caller caller) implements Input {}

  /// Handshake done: stanzas may go out. `secret` never appears here.
  record Opened(long generation) implements Input {}

  record Received(long generation, Element stanza) implements Input {}

  /// A stanza that nothing here could take in.
  record Indigestible(long generation, Element stanza) implements Input {}

  /// Bytes came that are no stanza. `why` never quotes them.
  record Unreadable(long generation, String why) implements Input {}

  /// The connection is gone for good: its end has been observed.
  record Closed(long generation, Cause cause, String text) implements Input {}

  /// The deadline that the session asked for has passed.
  record Alarm() implements Input {}

  /// Why a connection is gone, as the transport saw it.
  enum Cause {
    /// No answer from the network: DNS, TCP, TLS.
    UNREACHABLE,
    /// The tenant's proxy refused, hung up or couldn't be reached (R42).
    PROXY,
    /// The handshake was refused or didn't verify.
    HANDSHAKE,
    /// A frame that couldn't be opened, or bytes that are no stanza.
    MALFORMED,
    /// The other side or the network ended it.
    LOST,
    /// We closed it.
    CLOSED
  }

  /// The generation of the connection that speaks; empty for what doesn't come from a connection.
  default Optional<Long> fromGeneration() {
    return switch (this) {
      case Opened opened -> Optional.of(opened.generation());
      case Received received -> Optional.of(received.generation());
      case Unreadable unreadable -> Optional.of(unreadable.generation());
      case Indigestible indigestible -> Optional.of(indigestible.generation());
      case Closed closed -> Optional.of(closed.generation());
      case Start _, Stop _, LogOut _, RequestCode _ -> Optional.empty();
      case Send _, SendAll _, Cancel _ -> Optional.empty();
      case GiveUpWaiting _, Restore _, NetworkBack _ -> Optional.empty();
      case ShutDown _, Alarm _ -> Optional.empty();
    };
  }
}
